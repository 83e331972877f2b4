// REPLACE (RFC 8508) of a message by one in another user's mailbox.

#include <boost/test/unit_test.hpp>

#include "tests/support/mail_server.h"

BOOST_AUTO_TEST_SUITE(replace_sharing)

namespace {

using test_support::Begin;
using test_support::MailServer;

const std::string bob = "bob@example.org";

}  // namespace

// RFC 8508 between two mailboxes, both ways.
BOOST_AUTO_TEST_CASE(a_message_is_replaced_by_one_in_another_mailbox) {
  MailServer server;
  server.deliver("Subject: one\r\n\r\nhello\r\n", bob);
  server.deliver("Subject: two\r\n\r\nhello\r\n");
  server.plays(Begin::ada_and_bob, R"(
    C2: b1 SETACL INBOX ada@example.org lrste
    S2: b1 OK ...
    C2: b2 SETACL Sent ada@example.org lrsi
    S2: b2 OK ...
    C: a1 SELECT INBOX
    S: ...
    S: a1 OK ...
    C: a2 UID REPLACE 1 "Other Users/bob@example.org/Sent" (\Seen \Flagged) {8+}
    C: a:b
    C: 
    C: x
    S: * OK [APPENDUID ... 1] Replacement message ready
    S: * 1 EXPUNGE
    S: a2 OK REPLACE completed
    C: a3 SELECT "Other Users/bob@example.org/INBOX"
    S: ...
    S: a3 OK ...
    C: a4 REPLACE 1 Drafts (\Draft) {8+}
    C: a:b
    C: 
    C: y
    S: * OK [APPENDUID ... 1] Replacement message ready
    S: * 1 EXPUNGE
    S: a4 OK REPLACE completed
    C: a5 UID REPLACE 1 Drafts {8+}
    C: a:b
    C: 
    C: z
    S: a5 NO [EXPUNGEISSUED] ...
    C: a6 STATUS Drafts (MESSAGES)
    S: * STATUS Drafts (MESSAGES 1)
    S: a6 OK ...
    C: a7 REPLACE 1 "Other Users/bob@example.org/Drafts" {8+}
    C: a:b
    C: 
    C: z
    S: a7 BAD ...
    C2: b3 SELECT Sent
    S2: ...
    S2: b3 OK ...
    C2: b4 FETCH 1 (FLAGS BODY.PEEK[])
    S2: * 1 FETCH (FLAGS (\Seen \Recent) BODY[] {8}
    S2: a:b
    S2: 
    S2: x)
    S2: b4 OK ...
    C2: b5 STATUS INBOX (MESSAGES)
    S2: * STATUS INBOX (MESSAGES 0)
    S2: b5 OK ...
  )");
}

// What cannot come into the other mailbox leaves this one as it is.
BOOST_AUTO_TEST_CASE(what_may_not_be_replaced_across_mailboxes_stays) {
  MailServer server;
  server.deliver("Subject: one\r\n\r\nhello\r\n", bob);
  server.plays(Begin::ada_and_bob, R"(
    C2: b1 SETACL INBOX ada@example.org lrst
    S2: b1 OK ...
    C2: b2 SETACL Sent ada@example.org lrs
    S2: b2 OK ...
    C: a1 SELECT "Other Users/bob@example.org/INBOX"
    S: ...
    S: a1 OK ...
    C: a2 REPLACE 1 Drafts {5+}
    C: a:b
    C: 
    S: a2 NO [NOPERM] ...
    C2: b3 SETACL INBOX ada@example.org lrste
    S2: b3 OK ...
    C: a3 REPLACE 1 "Other Users/bob@example.org/Sent" {5+}
    C: a:b
    C: 
    S: a3 NO [NOPERM] ...
    C: a4 FETCH 1 UID
    S: * 1 FETCH (UID 1)
    S: a4 OK ...
    C: a5 STATUS Drafts (MESSAGES)
    S: * STATUS Drafts (MESSAGES 0)
    S: a5 OK ...
  )");
}

BOOST_AUTO_TEST_SUITE_END()
