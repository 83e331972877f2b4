// SEARCH and UID SEARCH (behaviours 1, 40).

#include <boost/test/unit_test.hpp>

#include "tests/support/mail_server.h"

BOOST_AUTO_TEST_SUITE(search)

namespace {

using test_support::Begin;
using test_support::MailServer;

void deliver_three(MailServer& server) {
  server.deliver("From: ada@example.org\r\nSubject: first\r\n\r\nthe analytical engine\r\n");
  server.deliver(
      "From: bob@example.org\r\nDate: Tue, 1 Feb 1994 23:30:00 -0800\r\n"
      "Subject: =?iso-8859-1?q?Caf=E9?=\r\n\r\nnothing\r\n");
  server.deliver(
      "From: ada@example.org\r\nContent-Type: text/html; charset=utf-8\r\n"
      "Content-Transfer-Encoding: base64\r\n\r\n"
      "PHA+RGVyIDxiPlNjaGzDvHNzZWw8L2I+PC9wPg==\r\n");  // <p>Der <b>Schlüssel</b></p>
}

}  // namespace

BOOST_AUTO_TEST_CASE(finds_by_flag_and_sender) {
  MailServer server;
  deliver_three(server);
  server.plays(Begin::in_inbox, R"(
    C: a1 SEARCH UNSEEN FROM ADA
    S: * SEARCH 1 3
    S: a1 OK SEARCH completed
    C: a2 UID SEARCH FROM nobody
    S: * SEARCH
    S: a2 OK SEARCH completed
    C: a3 search not from ada
    S: * SEARCH 2
    S: a3 OK SEARCH completed
    C: a4 STORE 2 +FLAGS.SILENT (\Seen \Flagged)
    S: a4 OK STORE completed
    C: a5 SEARCH OR (SEEN FLAGGED) 3
    S: * SEARCH 2 3
    S: a5 OK SEARCH completed
    C: a6 SEARCH 1:2 UNSEEN UID 1:*
    S: * SEARCH 1
    S: a6 OK SEARCH completed
    C: a7 SEARCH NEW
    S: * SEARCH 1 3
    S: a7 OK SEARCH completed
  )");
}

BOOST_AUTO_TEST_CASE(finds_links_and_what_stands_for_pictures_beside_the_words_shown) {
  MailServer server;
  server.deliver(
      "Content-Type: text/html\r\n\r\nclick <a href=\"https://example.org/?a=1&amp;b=2\">here</a>"
      " now <img src=\"cid:7\" alt=\"The Engine\">\r\n");
  server.plays(Begin::in_inbox, R"(
    C: a1 SEARCH BODY "example.org/?a=1&b=2"
    S: * SEARCH 1
    S: a1 OK SEARCH completed
    C: a2 SEARCH TEXT "click here now"
    S: * SEARCH 1
    S: a2 OK SEARCH completed
    C: a3 SEARCH BODY "the engine"
    S: * SEARCH 1
    S: a3 OK SEARCH completed
    C: a4 SEARCH BODY "href"
    S: * SEARCH
    S: a4 OK SEARCH completed
  )");
}

BOOST_AUTO_TEST_CASE(finds_in_decoded_headers_and_bodies_in_any_case) {
  MailServer server;
  deliver_three(server);
  server.plays(Begin::in_inbox,
               "\n"
               "    C: a1 SEARCH CHARSET UTF-8 SUBJECT {5+}\n"
               "    C: CAF\xc3\x89\n"
               "    S: * SEARCH 2\n"
               "    S: a1 OK SEARCH completed\n"
               "    C: a2 SEARCH CHARSET ISO-8859-1 BODY {9+}\n"
               "    C: SCHL\xdcSSEL\n"
               "    S: * SEARCH 3\n"
               "    S: a2 OK SEARCH completed\n"
               "    C: a3 SEARCH BODY \"Analytical Eng\"\n"
               "    S: * SEARCH 1\n"
               "    S: a3 OK SEARCH completed\n"
               "    C: a4 SEARCH TEXT example.org BODY engine\n"
               "    S: * SEARCH 1\n"
               "    S: a4 OK SEARCH completed\n"
               "    C: a5 SEARCH BODY <b>\n"
               "    S: * SEARCH\n"
               "    S: a5 OK SEARCH completed\n"
               "    C: a6 SEARCH HEADER Date \"\"\n"
               "    S: * SEARCH 2\n"
               "    S: a6 OK SEARCH completed\n");
}

BOOST_AUTO_TEST_CASE(dates_are_days_where_the_mail_was_written) {
  MailServer server;
  deliver_three(server);
  server.plays(Begin::in_inbox, R"(
    C: a1 SEARCH SENTON 1-Feb-1994
    S: * SEARCH 2
    S: a1 OK SEARCH completed
    C: a2 SEARCH SENTBEFORE 1-Feb-1994
    S: * SEARCH
    S: a2 OK SEARCH completed
    C: a3 SEARCH SENTSINCE 2-Feb-1994
    S: * SEARCH
    S: a3 OK SEARCH completed
    C: a4 APPEND INBOX "31-Dec-1999 23:30:00 -0800" {14+}
    C: Subject: x
    C: 
    C: 
    S: * 4 EXISTS
    S: * ... RECENT
    S: a4 OK ...
    C: a5 SEARCH ON 31-Dec-1999
    S: * SEARCH 4
    S: a5 OK SEARCH completed
    C: a6 SEARCH BEFORE 1-Jan-2000 SINCE 31-Dec-1999 LARGER 13 SMALLER 15
    S: * SEARCH 4
    S: a6 OK SEARCH completed
  )");
}

BOOST_AUTO_TEST_CASE(unknown_charsets_are_refused_by_name) {
  MailServer server;
  server.plays(Begin::in_inbox, R"(
    C: a1 SEARCH CHARSET X-NONE TEXT x
    S: a1 NO [BADCHARSET (US-ASCII UTF-8)] ...
    C: a2 SEARCH CHARSET "us-ascii" ALL
    S: * SEARCH
    S: a2 OK SEARCH completed
  )");
}

BOOST_AUTO_TEST_CASE(broken_searches_are_bad_and_the_session_lives_on) {
  MailServer server;
  server.plays(Begin::in_inbox, R"(
    C: a1 SEARCH
    S: a1 BAD ...
    C: a2 SEARCH NONSENSE
    S: a2 BAD ...
    C: a3 SEARCH (ALL
    S: a3 BAD ...
    C: a4 SEARCH ON 30-Feb-1994
    S: a4 BAD ...
    C: a5 SEARCH ALL
    S: * SEARCH
    S: a5 OK SEARCH completed
  )");
}

BOOST_AUTO_TEST_CASE(no_expunge_is_told_in_a_search) {
  MailServer server;
  deliver_three(server);
  server.plays(Begin::in_inbox, R"(
    C: a1 NOOP
    S: a1 OK NOOP completed
    C2: b1 STORE 1 +FLAGS.SILENT (\Deleted)
    S2: b1 OK STORE completed
    C2: b2 EXPUNGE
    S2: * 1 EXPUNGE
    S2: b2 OK EXPUNGE completed
    C: a2 SEARCH BODY nothing
    S: * SEARCH 2
    S: a2 OK [EXPUNGEISSUED] SEARCH completed
    C: a3 UID SEARCH ALL
    S: * SEARCH 1 2 3
    S: * 1 EXPUNGE
    S: a3 OK SEARCH completed
  )");
}

BOOST_AUTO_TEST_SUITE_END()
