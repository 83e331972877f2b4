// COPY, MOVE and their UID forms (behaviours 27, 28; RFC 4315, RFC 6851).

#include <boost/test/unit_test.hpp>

#include "tests/support/mail_server.h"

BOOST_AUTO_TEST_SUITE(copy)

namespace {

using test_support::Begin;
using test_support::MailServer;

}  // namespace

BOOST_AUTO_TEST_CASE(copies_keep_flags_keywords_and_date) {
  MailServer server;
  server.plays(Begin::logged_in, R"(
    C: a1 APPEND INBOX (\Seen \Flagged $label1) "17-Jul-1996 02:44:25 -0700" {14+}
    C: Subject: x
    C: 
    C: 
    S: a1 OK ...
    C: a2 SELECT INBOX
    S: ...
    S: a2 OK ...
    C: a3 COPY 1 Archive
    S: a3 OK [COPYUID ... 1 1] COPY completed
    C: a4 SELECT Archive
    S: ...
    S: a4 OK ...
    C: a5 FETCH 1 (FLAGS INTERNALDATE RFC822.SIZE)
    S: * 1 FETCH (FLAGS (\Flagged \Seen \Recent $label1) INTERNALDATE "17-Jul-1996 02:44:25 -0700" RFC822.SIZE 14)
    S: a5 OK FETCH completed
  )");
}

BOOST_AUTO_TEST_CASE(copyuid_pairs_up_in_order) {
  MailServer server;
  deliver(server, 5);
  server.plays(Begin::in_inbox, R"(
    C: a1 UID COPY 5,1:2 Archive
    S: a1 OK [COPYUID ... 1:2,5 1:3] COPY completed
    C: a2 COPY 4,3 Archive
    S: a2 OK [COPYUID ... 3:4 4:5] COPY completed
    C: a3 SELECT Archive
    S: ...
    S: a3 OK ...
    C: a4 SEARCH SUBJECT 5
    S: * SEARCH 3
    S: a4 OK SEARCH completed
  )");
}

BOOST_AUTO_TEST_CASE(copies_into_the_same_folder_are_new_messages) {
  MailServer server;
  deliver(server, 2);
  server.plays(Begin::in_inbox, R"(
    C: a1 COPY 1 INBOX
    S: * 3 EXISTS
    S: * ... RECENT
    S: a1 OK [COPYUID ... 1 3] COPY completed
    C: a2 FETCH 3 BODY.PEEK[HEADER]
    S: * 3 FETCH (BODY[HEADER] {14}
    S: Subject: 1
    S: 
    S: )
    S: a2 OK FETCH completed
  )");
}

BOOST_AUTO_TEST_CASE(a_missing_folder_asks_to_be_made_and_nothing_is_copied) {
  MailServer server;
  deliver(server, 1);
  server.plays(Begin::in_inbox, R"(
    C: a1 COPY 1 Nowhere
    S: a1 NO [TRYCREATE] ...
    C: a2 UID MOVE 1 Nowhere
    S: a2 NO [TRYCREATE] ...
    C: a3 SEARCH ALL
    S: * SEARCH 1
    S: a3 OK SEARCH completed
  )");
}

BOOST_AUTO_TEST_CASE(uids_that_are_gone_are_no_failure) {
  MailServer server;
  deliver(server, 1);
  server.plays(Begin::in_inbox, R"(
    C: a1 UID COPY 7:9 Archive
    S: a1 OK COPY completed
    C: a2 UID MOVE 7:9 Archive
    S: a2 OK MOVE completed
    C: a3 COPY 7 Archive
    S: a3 BAD ...
    C: a4 STATUS Archive (MESSAGES)
    S: * STATUS Archive (MESSAGES 0)
    S: a4 OK STATUS completed
  )");
}

BOOST_AUTO_TEST_CASE(numbers_whose_messages_others_expunged_say_so) {
  MailServer server;
  deliver(server, 2);
  server.plays(Begin::in_inbox, R"(
    C: a1 NOOP
    S: a1 OK NOOP completed
    C2: b1 UID MOVE 1 Trash
    S2: * OK [COPYUID ... 1 1] Moved
    S2: * 1 EXPUNGE
    S2: b1 OK MOVE completed
    C: a2 COPY 1 Archive
    S: * 1 EXPUNGE
    S: a2 NO [EXPUNGEISSUED] ...
    C: a3 UID COPY 1:2 Archive
    S: a3 OK [COPYUID ... 2 1] COPY completed
  )");
}

BOOST_AUTO_TEST_CASE(move_tells_copyuid_then_expunges_then_ok) {
  MailServer server;
  deliver(server, 4);
  server.plays(Begin::in_inbox, R"(
    C: a1 MOVE 2,4 Archive
    S: * OK [COPYUID ... 2,4 1:2] Moved
    S: * 2 EXPUNGE
    S: * 3 EXPUNGE
    S: a1 OK MOVE completed
    C: a2 FETCH 1:* UID
    S: * 1 FETCH (UID 1)
    S: * 2 FETCH (UID 3)
    S: a2 OK FETCH completed
    C: a3 SELECT Archive
    S: ...
    S: * 2 EXISTS
    S: ...
    S: a3 OK ...
  )");
}

BOOST_AUTO_TEST_CASE(move_into_the_same_folder_gives_new_uids) {
  MailServer server;
  deliver(server, 2);
  server.plays(Begin::in_inbox, R"(
    C: a1 UID MOVE 1 INBOX
    S: * OK [COPYUID ... 1 3] Moved
    S: * 1 EXPUNGE
    S: * 2 EXISTS
    S: * ... RECENT
    S: a1 OK MOVE completed
    C: a2 UID FETCH 1:* UID
    S: * 1 FETCH (UID 2)
    S: * 2 FETCH (UID 3)
    S: a2 OK FETCH completed
  )");
}

BOOST_AUTO_TEST_CASE(examined_folders_can_be_copied_from_but_not_moved_from) {
  MailServer server;
  deliver(server, 1);
  server.plays(Begin::logged_in, R"(
    C: a1 EXAMINE INBOX
    S: ...
    S: a1 OK ...
    C: a2 MOVE 1 Archive
    S: a2 NO [READ-ONLY] ...
    C: a3 COPY 1 Archive
    S: a3 OK [COPYUID ... 1 1] COPY completed
  )");
}

BOOST_AUTO_TEST_SUITE_END()
