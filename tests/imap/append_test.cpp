// APPEND (behaviours 21, 25, 26, 29).

#include <boost/test/unit_test.hpp>

#include "tests/support/mail_server.h"

BOOST_AUTO_TEST_SUITE(append)

namespace {

using test_support::Begin;
using test_support::MailServer;

}  // namespace

BOOST_AUTO_TEST_CASE(flags_date_and_zone_are_kept_and_the_uid_is_told) {
  MailServer server;
  server.plays(Begin::logged_in, R"(
    C: a1 APPEND Sent (\Seen $Forwarded) " 1-Feb-1994 22:43:04 -0800" {16}
    S: + ...
    C: Subject: x
    C: 
    C: hi
    S: a1 OK [APPENDUID ... 1] APPEND completed
    C: a2 APPEND "sent" {16+}
    C: Subject: y
    C: 
    C: hi
    S: a2 NO [TRYCREATE] ...
    C: a3 SELECT Sent
    S: ...
    S: a3 OK ...
    C: a4 FETCH 1 (FLAGS INTERNALDATE BODY.PEEK[])
    S: * 1 FETCH (FLAGS (\Seen \Recent $Forwarded) INTERNALDATE " 1-Feb-1994 22:43:04 -0800" BODY[] {16}
    S: Subject: x
    S: 
    S: hi)
    S: a4 OK FETCH completed
  )");
}

// RFC 3502.
BOOST_AUTO_TEST_CASE(several_messages_come_together_or_not_at_all) {
  MailServer server;
  server.plays(Begin::in_inbox, R"(
    C: a1 APPEND INBOX (\Seen) " 1-Feb-1994 22:43:04 -0800" {5+}
    C: one
    C:  {5}
    S: + ...
    C: two
    C:  (\Flagged) {7+}
    C: three
    C: 
    S: * 3 EXISTS
    S: * 3 RECENT
    S: a1 OK [APPENDUID ... 1:3] APPEND completed
    C: a2 FETCH 1:3 (FLAGS BODY.PEEK[])
    S: * 1 FETCH (FLAGS (\Seen \Recent) BODY[] {5}
    S: one
    S: )
    S: * 2 FETCH (FLAGS (\Recent) BODY[] {5}
    S: two
    S: )
    S: * 3 FETCH (FLAGS (\Flagged \Recent) BODY[] {7}
    S: three
    S: )
    S: a2 OK FETCH completed
    C: a3 APPEND INBOX {5+}
    C: one
    C:  {0+}
    C: 
    S: a3 NO APPEND given up: a message is empty
    C: a4 STATUS INBOX (MESSAGES)
    S: * STATUS INBOX (MESSAGES 3)
    S: a4 OK STATUS completed
  )");
}

BOOST_AUTO_TEST_CASE(the_selected_folder_grows_at_once) {
  MailServer server;
  server.plays(Begin::in_inbox, R"(
    C: a1 APPEND inbox {14+}
    C: Subject: x
    C: 
    C: 
    S: * 1 EXISTS
    S: * 1 RECENT
    S: a1 OK [APPENDUID ... 1] APPEND completed
    C: a2 FETCH 1 RFC822.SIZE
    S: * 1 FETCH (RFC822.SIZE 14)
    S: a2 OK FETCH completed
  )");
}

BOOST_AUTO_TEST_CASE(a_missing_folder_is_told_after_the_whole_literal_was_read) {
  MailServer server;
  server.plays(Begin::logged_in, R"(
    C: a1 APPEND Nowhere {9+}
    C: a2 LOGOUT
    C: a3 NOOP
    S: a1 NO [TRYCREATE] ...
    S: a3 OK NOOP completed
  )");
}

BOOST_AUTO_TEST_CASE(an_empty_literal_gives_the_append_up) {
  MailServer server;
  server.plays(Begin::in_inbox, R"(
    C: a1 APPEND INBOX {0+}
    C: 
    S: a1 NO ...
    C: a2 NOOP
    S: a2 OK NOOP completed
  )");
}

BOOST_AUTO_TEST_CASE(what_is_too_big_is_refused_and_the_session_lives_on) {
  MailServer server({.limits = {.message = 100}});
  const std::string big(101, 'x');
  server.plays(Begin::in_inbox, "C: a1 APPEND INBOX {103+}\nC: " + big + "\n" + R"(
    C: 
    S: a1 NO [TOOBIG] ...
    C: a2 NOOP
    S: a2 OK NOOP completed
    C: a3 APPEND INBOX {101}
    S: a3 NO [TOOBIG] ...
    C: a4 NOOP
    S: a4 OK NOOP completed
  )");
}

BOOST_AUTO_TEST_CASE(broken_appends_are_bad_and_leave_the_stream_in_step) {
  MailServer server;
  server.plays(Begin::in_inbox, R"(
    C: a1 APPEND INBOX
    S: a1 BAD ...
    C: a2 APPEND INBOX "not a date" {5+}
    C: a b
    C: 
    S: a2 BAD ...
    C: a3 APPEND INBOX (\Nonsense) {3+}
    C: a
    C: 
    S: a3 BAD ...
    C: a4 NOOP
    S: a4 OK NOOP completed
  )");
}

BOOST_AUTO_TEST_SUITE_END()
