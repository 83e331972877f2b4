// UNAUTHENTICATE (RFC 8437).

#include <boost/test/unit_test.hpp>

#include "tests/support/mail_server.h"

BOOST_AUTO_TEST_SUITE(unauthenticate)

namespace {
using test_support::Begin;
using test_support::MailServer;
}  // namespace

BOOST_AUTO_TEST_CASE(the_connection_is_as_before_login) {
  MailServer server({.connections = 1});
  server.deliver("Subject: for ada\r\n\r\nx\r\n");
  server.deliver("Subject: for bob\r\n\r\nx\r\n", "bob@example.org");
  server.deliver("Subject: for bob, too\r\n\r\nx\r\n", "bob@example.org");
  server.plays(R"(
    S: * OK ...
    C: a0 UNAUTHENTICATE
    S: a0 BAD ...
    C: a1 LOGIN ada@example.org engine
    S: a1 OK ...
    C: a2 ENABLE QRESYNC UIDONLY UTF8=ACCEPT
    S: * ENABLED QRESYNC UIDONLY UTF8=ACCEPT
    S: a2 OK ENABLE completed
    C: a3 SELECT INBOX
    S: ...
    S: a3 OK ...
    C: a4 UID STORE 1 +FLAGS.SILENT (\Deleted)
    S: ...
    S: a4 OK STORE completed
    C: a5 UID SEARCH RETURN (SAVE) ALL
    S: a5 OK SEARCH completed
    C: a6 UNAUTHENTICATE now
    S: a6 BAD ...
    C: a7 UNAUTHENTICATE
    C: a8 AUTHENTICATE PLAIN AGJvYkBleGFtcGxlLm9yZwBlbmdpbmU=
    C: a9 SELECT INBOX
    S: a7 OK UNAUTHENTICATE completed
    S: a8 OK [CAPABILITY ...
    S: * FLAGS ...
    S: * OK [PERMANENTFLAGS ...
    S: * 2 EXISTS
    S: ...
    S: a9 OK [READ-WRITE] SELECT completed
    C: b1 FETCH 1 (FLAGS)
    S: * 1 FETCH (FLAGS (\Recent))
    S: b1 OK FETCH completed
    C: b2 FETCH $ FLAGS
    S: b2 OK FETCH completed
    C: b3 UNAUTHENTICATE
    S: b3 OK UNAUTHENTICATE completed
    C: b4 FETCH 1 FLAGS
    S: b4 BAD log in first
    C: b5 CAPABILITY
    S: * CAPABILITY IMAP4rev1 IMAP4rev2 LITERAL- ... AUTH=PLAIN ...
    S: b5 OK CAPABILITY completed
    C: b6 LOGIN ada@example.org engine
    S: b6 OK ...
    C: b7 STATUS INBOX (MESSAGES DELETED)
    S: * STATUS INBOX (MESSAGES 1 DELETED 1)
    S: b7 OK STATUS completed
  )");
}

BOOST_AUTO_TEST_CASE(it_can_be_switched_off) {
  MailServer server({.withheld = {{"", "", {"UNAUTHENTICATE"}}}});
  server.plays(Begin::logged_in, R"(
    C: a1 UNAUTHENTICATE
    S: a1 BAD UNAUTHENTICATE is not offered here
    C: a2 NOOP
    S: a2 OK NOOP completed
  )");
}

BOOST_AUTO_TEST_SUITE_END()
