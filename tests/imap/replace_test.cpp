// REPLACE and UID REPLACE (RFC 8508).

#include <boost/test/unit_test.hpp>

#include "tests/support/mail_server.h"

BOOST_AUTO_TEST_SUITE(replace)

namespace {

using test_support::Begin;
using test_support::MailServer;

}  // namespace

// Sections 3.2 and 3.3.
BOOST_AUTO_TEST_CASE(a_draft_is_replaced) {
  MailServer server;
  deliver(server, 4);
  server.plays(Begin::in_inbox, R"(
    C: A003 REPLACE 4 INBOX (\Seen \Draft) {312}
    S: + ...
    C: Date: Thu, 1 Jan 2015 00:05:00 -0500 (EST)
    C: From: Fritz Schmidt <fritz.ze@example.org>
    C: Subject: happy new year !!
    C: To: miss.mitzy@example.org
    C: Message-Id: <B238822388-0100000@example.org>
    C: MIME-Version: 1.0
    C: Content-Type: TEXT/PLAIN; CHARSET=US-ASCII
    C: 
    C: Just saw the best fireworks show. Wish you were here.
    C: 
    C: 
    S: * OK [APPENDUID ... 5] Replacement message ready
    S: * 4 EXPUNGE
    S: * 4 EXISTS
    S: * 4 RECENT
    S: A003 OK REPLACE completed
    C: A004 UID REPLACE 5 INBOX (\Seen \Draft) {350}
    S: + ...
    C: Date: Thu, 1 Jan 2015 00:06:00 -0500 (EST)
    C: From: Fritz Schmidt <fritz.ze@example.org>
    C: Subject: happy new year !!
    C: To: miss.mitzy@example.org
    C: Message-Id: <B238822389-0100000@example.org>
    C: MIME-Version: 1.0
    C: Content-Type: TEXT/PLAIN; CHARSET=US-ASCII
    C: 
    C: Just saw the best fireworks show. Wish you were here.
    C: Hopefully next year you can join us.
    C: 
    C: 
    S: * OK [APPENDUID ... 6] Replacement message ready
    S: * 4 EXPUNGE
    S: * 4 EXISTS
    S: * 4 RECENT
    S: A004 OK REPLACE completed
    C: A005 UID FETCH 1:* (FLAGS RFC822.SIZE)
    S: * 1 FETCH (UID 1 ...
    S: * 2 FETCH (UID 2 ...
    S: * 3 FETCH (UID 3 ...
    S: * 4 FETCH (UID 6 FLAGS (\Seen \Draft \Recent) RFC822.SIZE 350)
    S: A005 OK FETCH completed
  )");
}

// Section 4.2.
BOOST_AUTO_TEST_CASE(what_is_replaced_may_be_part_of_what_replaces_it) {
  MailServer server;
  server.deliver("Date: Thu, 1 Jan 2015 00:10:00 -0500 (EST)\r\n\r\npicture\r\n");
  server.plays(Begin::in_inbox, R"(
    C: A011 UID REPLACE 1 INBOX CATENATE (TEXT {71}
    S: + ...
    C: To: Mitzy <miss.mitzy@example.org>
    C: Subject: My view of the fireworks
    C:  URL "/INBOX/;UID=1")
    S: * OK [APPENDUID ... 2] Replacement message ready
    S: * 1 EXPUNGE
    S: * 1 EXISTS
    S: * 1 RECENT
    S: A011 OK REPLACE completed
    C: A012 FETCH 1 BODY.PEEK[]
    S: * 1 FETCH (BODY[] {126}
    S: To: Mitzy <miss.mitzy@example.org>
    S: Subject: My view of the fireworks
    S: Date: Thu, 1 Jan 2015 00:10:00 -0500 (EST)
    S: 
    S: picture
    S: )
    S: A012 OK FETCH completed
  )");
}

BOOST_AUTO_TEST_CASE(it_may_go_into_another_folder_and_others_are_told) {
  MailServer server;
  deliver(server, 2);
  server.plays(Begin::in_inbox, R"(
    C2: b1 NOOP
    S2: b1 OK NOOP completed
    C: a1 REPLACE 1 Sent (\Seen) " 1-Feb-1994 22:43:04 -0800" {5+}
    C: a:b
    C: 
    S: * OK [APPENDUID ... 1] Replacement message ready
    S: * 1 EXPUNGE
    S: a1 OK REPLACE completed
    C2: b2 NOOP
    S2: * 1 EXPUNGE
    S2: b2 OK NOOP completed
    C: a2 STATUS Sent (MESSAGES UNSEEN)
    S: * STATUS Sent (MESSAGES 1 UNSEEN 0)
    S: a2 OK STATUS completed
    C: a3 SELECT Sent
    S: ...
    S: a3 OK ...
    C: a4 FETCH 1 (INTERNALDATE BODY.PEEK[])
    S: * 1 FETCH (INTERNALDATE " 1-Feb-1994 22:43:04 -0800" BODY[] {5}
    S: a:b
    S: )
    S: a4 OK FETCH completed
  )");
}

BOOST_AUTO_TEST_CASE(whatever_fails_leaves_all_as_it_was) {
  MailServer server({.limits = {.message = 40}});
  deliver(server, 2);
  server.plays(Begin::in_inbox, R"(
    C: a1 REPLACE 1 Nowhere {5+}
    C: a:b
    C: 
    S: a1 NO [TRYCREATE] ...
    C: a2 REPLACE 1 INBOX {41+}
    C: 01234567890123456789012345678901234567890
    S: a2 NO [TOOBIG] ...
    C: a3 REPLACE 1 INBOX CATENATE (TEXT {1+}
    C: x URL "/INBOX/;UID=9")
    S: a3 NO [BADURL "/INBOX/;UID=9"] ...
    C: a4 UID REPLACE 9 INBOX {5+}
    C: a:b
    C: 
    S: a4 NO [EXPUNGEISSUED] ...
    C: a5 REPLACE 9 INBOX {5+}
    C: a:b
    C: 
    S: a5 BAD ...
    C: a6 REPLACE 1:2 INBOX {5+}
    C: a:b
    C: 
    S: a6 BAD ...
    C: a7 REPLACE 1 INBOX {0+}
    C: 
    S: a7 NO ...
    C: a8 REPLACE 1 INBOX {5+}
    C: a:b
    C:  {5+}
    C: a:b
    C: 
    S: a8 BAD ...
    C: a9 FETCH 1:* UID
    S: * 1 FETCH (UID 1)
    S: * 2 FETCH (UID 2)
    S: a9 OK FETCH completed
    C: b1 EXAMINE INBOX
    S: ...
    S: b1 OK ...
    C: b2 REPLACE 1 INBOX {5+}
    C: a:b
    C: 
    S: b2 NO [READ-ONLY] ...
    C: b3 UNSELECT
    S: b3 OK ...
    C: b4 REPLACE 1 INBOX {5+}
    C: a:b
    C: 
    S: b4 BAD ...
  )");
}

BOOST_AUTO_TEST_CASE(one_who_is_late_changes_nothing) {
  MailServer server;
  deliver(server, 1);
  server.plays(Begin::in_inbox, R"(
    C: a0 NOOP
    S: a0 OK NOOP completed
    C2: b2 REPLACE 1 INBOX {5+}
    C2: a:b
    C2: 
    S2: * OK [APPENDUID ... 2] Replacement message ready
    S2: * 1 EXPUNGE
    S2: * 1 EXISTS
    S2: * ...
    S2: b2 OK REPLACE completed
    C: a1 UID REPLACE 1 INBOX {5+}
    C: c:d
    C: 
    S: * 1 EXPUNGE
    S: * 1 EXISTS
    S: * ...
    S: a1 NO [EXPUNGEISSUED] ...
    C: a2 UID FETCH 1:* RFC822.SIZE
    S: * 1 FETCH (UID 2 RFC822.SIZE 5)
    S: a2 OK FETCH completed
  )");
}

// Section 4.5.
BOOST_AUTO_TEST_CASE(with_qresync_what_was_replaced_has_vanished) {
  MailServer server;
  deliver(server, 2);
  server.plays(Begin::logged_in, R"(
    C: a1 ENABLE QRESYNC
    S: ...
    S: a1 OK ENABLE completed
    C: a2 SELECT INBOX
    S: ...
    S: a2 OK ...
    C: a3 REPLACE 2 INBOX {5+}
    C: a:b
    C: 
    S: * OK [APPENDUID ... 3] Replacement message ready
    S: * VANISHED 2
    S: * 2 EXISTS
    S: * 2 RECENT
    S: a3 OK [HIGHESTMODSEQ ...] REPLACE completed
  )");
}

BOOST_AUTO_TEST_SUITE_END()
