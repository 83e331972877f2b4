// SEARCH RETURN, "$", WITHIN, SORT and THREAD, as clients see them.

#include <boost/test/unit_test.hpp>

#include "tests/support/mail_server.h"

namespace {

using test_support::Begin;
using test_support::MailServer;

void fill(MailServer& server) {
  server.deliver(
      "From: zoe@example.org\r\nTo: m@x\r\nSubject: b\r\nMessage-ID: <1@x>\r\n"
      "Date: Tue, 8 Feb 1994 10:00:00 +0000\r\n\r\nfirst\r\n");
  server.deliver(
      "From: Ada <bob@example.org>\r\nTo: a@x\r\nSubject: Re: a\r\nMessage-ID: <2@x>\r\n"
      "Date: Mon, 7 Feb 1994 10:00:00 +0000\r\n\r\nthe second is longer\r\n");
  server.deliver(
      "From: ada@example.org\r\nTo: k@x\r\nSubject: Re: b\r\nReferences: <1@x>\r\n"
      "Date: Wed, 9 Feb 1994 10:00:00 +0000\r\n\r\nthird\r\n");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(finding)

BOOST_AUTO_TEST_CASE(esearch_tells_in_its_own_line) {
  MailServer server;
  fill(server);
  server.plays(Begin::in_inbox, R"(
    C: a1 SEARCH RETURN (MIN MAX COUNT) ALL
    S: * ESEARCH (TAG "a1") MIN 1 MAX 3 COUNT 3
    S: a1 OK SEARCH completed
    C: a2 UID SEARCH RETURN () CHARSET UTF-8 FROM ada
    S: * ESEARCH (TAG "a2") UID ALL 2:3
    S: a2 OK SEARCH completed
    C: a3 SEARCH RETURN (ALL) FROM nobody
    S: * ESEARCH (TAG "a3")
    S: a3 OK SEARCH completed
    C: a4 SEARCH RETURN (SOON) ALL
    S: a4 BAD RETURN takes ...
    C: a5 SEARCH RETURN (PARTIAL -1:-2) ALL
    S: * ESEARCH (TAG "a5") PARTIAL (-1:-2 2:3)
    S: a5 OK SEARCH completed
  )");
}

BOOST_AUTO_TEST_CASE(a_saved_result_is_named_by_a_dollar) {
  MailServer server;
  fill(server);
  server.plays(Begin::in_inbox, R"(
    C: a1 UID SEARCH RETURN (SAVE) FROM ada
    S: a1 OK SEARCH completed
    C: a2 FETCH $ (UID)
    S: * 2 FETCH (UID 2)
    S: * 3 FETCH (UID 3)
    S: a2 OK FETCH completed
    C: a3 SEARCH $ SUBJECT b
    S: * SEARCH 3
    S: a3 OK SEARCH completed
    C: a4 UID SEARCH UID $ NOT SUBJECT b
    S: * SEARCH 2
    S: a4 OK SEARCH completed
    C: a5 SEARCH ALL
    S: * SEARCH 1 2 3
    S: a5 OK SEARCH completed
    C: a6 UID STORE $ +FLAGS.SILENT (\Deleted)
    S: a6 OK STORE completed
    C: a7 SEARCH RETURN (SAVE MIN) NOT $
    S: * ESEARCH (TAG "a7") MIN 1
    S: a7 OK SEARCH completed
    C: a8 FETCH $ UID
    S: * 1 FETCH (UID 1)
    S: a8 OK FETCH completed
    C: b1 SEARCH RETURN (SAVE) ALL
    S: b1 OK SEARCH completed
    C: b2 EXPUNGE
    S: * 2 EXPUNGE
    S: * 2 EXPUNGE
    S: b2 OK EXPUNGE completed
    C: b3 FETCH $ UID
    S: * 1 FETCH (UID 1)
    S: b3 OK FETCH completed
    C: b4 SEARCH RETURN (SAVE) CHARSET X-NONE ALL
    S: b4 NO [BADCHARSET ...
    C: b5 FETCH $ UID
    S: b5 OK FETCH completed
    C: b6 SEARCH RETURN (SAVE) ALL
    S: b6 OK SEARCH completed
    C: b7 SEARCH RETURN (SAVE) NONSENSE
    S: b7 BAD ...
    C: b8 UID FETCH $ UID
    S: * 1 FETCH (UID 1)
    S: b8 OK FETCH completed
    C: b9 FETCH $,1 UID
    S: b9 BAD ...
  )");
}

BOOST_AUTO_TEST_CASE(the_dollar_is_nothing_at_first_and_after_select) {
  MailServer server;
  fill(server);
  server.plays(Begin::in_inbox, R"(
    C: a1 FETCH $ UID
    S: a1 OK FETCH completed
    C: a2 SEARCH $
    S: * SEARCH
    S: a2 OK SEARCH completed
    C: a3 UID COPY $ Trash
    S: a3 OK ...
  )");
}

BOOST_AUTO_TEST_CASE(younger_and_older_count_seconds) {
  MailServer server;
  fill(server);
  server.plays(Begin::in_inbox, R"(
    C: a1 SEARCH YOUNGER 3600
    S: * SEARCH 1 2 3
    S: a1 OK SEARCH completed
    C: a2 SEARCH OLDER 3600
    S: * SEARCH
    S: a2 OK SEARCH completed
    C: a3 SEARCH YOUNGER 0
    S: a3 BAD ...
  )");
}

// RFC 8514.
BOOST_AUTO_TEST_CASE(the_save_date_is_told_and_searched) {
  MailServer server;
  fill(server);
  server.plays(Begin::in_inbox, R"(
    C: a1 FETCH 1 (UID SAVEDATE)
    S: * 1 FETCH (UID 1 SAVEDATE "... +0000")
    S: a1 OK FETCH completed
    C: a2 SEARCH SAVEDSINCE 1-Feb-1994 SAVEDATESUPPORTED
    S: * SEARCH 1 2 3
    S: a2 OK SEARCH completed
    C: a3 SEARCH SAVEDBEFORE 1-Feb-1994
    S: * SEARCH
    S: a3 OK SEARCH completed
  )");
}

BOOST_AUTO_TEST_CASE(sort_puts_in_order) {
  MailServer server;
  fill(server);
  server.plays(Begin::in_inbox, R"(
    C: a1 SORT (DATE) UTF-8 ALL
    S: * SORT 2 1 3
    S: a1 OK SORT completed
    C: a2 SORT (SUBJECT REVERSE DATE) UTF-8 ALL
    S: * SORT 2 3 1
    S: a2 OK SORT completed
    C: a3 SORT (REVERSE SIZE) US-ASCII ALL
    S: * SORT 2 ...
    S: a3 OK SORT completed
    C: a4 UID SORT (FROM) US-ASCII ALL
    S: * SORT 3 2 1
    S: a4 OK SORT completed
    C: a5 SORT (DISPLAYFROM) US-ASCII ALL
    S: * SORT 2 3 1
    S: a5 OK SORT completed
    C: a6 SORT (TO) UTF-8 BODY third
    S: * SORT 3
    S: a6 OK SORT completed
    C: a7 SORT (REVERSE ARRIVAL) UTF-8 FROM nobody
    S: * SORT
    S: a7 OK SORT completed
    C: a8 SORT RETURN (ALL COUNT MIN) (DATE) UTF-8 ALL
    S: * ESEARCH (TAG "a8") MIN 2 COUNT 3 ALL 2,1,3
    S: a8 OK SORT completed
    C: a9 SORT (COLOUR) UTF-8 ALL
    S: a9 BAD There is no such sort criterion
    C: b1 SORT (DATE) X-NONE ALL
    S: b1 NO [BADCHARSET ...
    C: b2 SORT () UTF-8 ALL
    S: b2 BAD ...
  )");
}

BOOST_AUTO_TEST_CASE(thread_puts_together) {
  MailServer server;
  fill(server);
  server.plays(Begin::in_inbox, R"(
    C: a1 THREAD REFERENCES UTF-8 ALL
    S: * THREAD (2)(1 3)
    S: a1 OK THREAD completed
    C: a2 UID THREAD ORDEREDSUBJECT US-ASCII ALL
    S: * THREAD (2)(1 3)
    S: a2 OK THREAD completed
    C: a3 THREAD REFS UTF-8 NOT SUBJECT a
    S: * THREAD (1 3)
    S: a3 OK THREAD completed
    C: a4 THREAD REFERENCES UTF-8 FROM nobody
    S: * THREAD
    S: a4 OK THREAD completed
    C: a5 THREAD KNITTING UTF-8 ALL
    S: a5 BAD ...
  )");
}

// i;unicode-casemap (RFC 5051): by title case, taken apart.
BOOST_AUTO_TEST_CASE(text_is_sorted_by_unicode_casemap) {
  MailServer server;
  for (const auto* subject :
       {"=?utf-8?q?=C3=A9a?=", "f", "ez", "z", "=?utf-8?q?=C3=9F?=", "=?utf-8?q?=C3=A5?=", "st",
        "=?utf-8?q?=EF=BC=A1b?=", "_x", "{x", "ss", "Re: =?utf-8?q?=C3=89b?="})
    server.deliver("From: \"" + std::string(subject) + "\" <x@y.example>\r\nSubject: " + subject +
                   "\r\n\r\nx\r\n");
  for (const auto* from : {"ab", "a_c", "aac", "azc", "a[q", "A_B"})
    server.deliver("From: " + std::string(from) + "@x.example\r\nTo: m@x.example\r\n\r\nx\r\n");
  server.plays(Begin::in_inbox, R"(
    C: a1 SORT (SUBJECT) UTF-8 1:12
    S: * SORT 8 6 3 1 12 2 11 7 4 9 10 5
    S: a1 OK SORT completed
    C: a2 SORT (FROM) UTF-8 TO m@x.example
    S: * SORT 15 13 16 17 18 14
    S: a2 OK SORT completed
    C: a3 SORT (DISPLAYFROM) UTF-8 1:4
    S: * SORT 3 1 2 4
    S: a3 OK SORT completed
  )");
}

BOOST_AUTO_TEST_SUITE_END()
