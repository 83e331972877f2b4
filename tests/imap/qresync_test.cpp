// QRESYNC (RFC 7162 3.2). A folder's mod-sequence begins at 1; each message delivered takes the
// next one.

#include <boost/test/unit_test.hpp>

#include "tests/support/mail_server.h"

BOOST_AUTO_TEST_SUITE(qresync)

namespace {

using test_support::Begin;
using test_support::MailServer;

std::string uid_validity(MailServer& server) {
  const auto mailbox = server.mailbox();
  const auto folder = mailbox->tree()->folder("INBOX");
  return std::to_string(mailbox->state(folder, storage_test::reading).uid_validity);
}

// Six messages, mod-sequences 2 to 7; then 2 is flagged (8), 3 and 5 are expunged (9 and 10).
void live(MailServer& server) {
  deliver(server, 6);
  server.plays(Begin::in_inbox, R"(
    C: a1 UID STORE 2 +FLAGS.SILENT (\Flagged)
    S: a1 OK STORE completed
    C: a2 UID STORE 3,5 +FLAGS.SILENT (\Deleted)
    S: a2 OK STORE completed
    C: a3 EXPUNGE
    S: * 3 EXPUNGE
    S: * 4 EXPUNGE
    S: a3 OK EXPUNGE completed
  )");
}

// Comes back with these arguments of QRESYNC, UIDVALIDITY going before, and is told this.
void comes_back(MailServer& server, const std::string& arguments, const std::string& told) {
  server.plays(Begin::logged_in, R"(
    C: a1 ENABLE QRESYNC
    S: * ENABLED QRESYNC
    S: a1 OK ENABLE completed
    C: a2 SELECT INBOX (QRESYNC ()" + uid_validity(server) +
                                     " " + arguments + R"())
    S: ...
    S: * OK [HIGHESTMODSEQ 10] ...
)" + told + R"(
    S: a2 OK [READ-WRITE] SELECT completed
    C: a3 NOOP
    S: a3 OK NOOP completed
  )");
}

}  // namespace

BOOST_AUTO_TEST_CASE(enable_comes_first) {
  MailServer server;
  deliver(server, 1);
  server.plays(R"(
    S: * OK ...
    C: a1 ENABLE QRESYNC
    S: a1 BAD ...
  )");
  server.plays(Begin::logged_in, R"(
    C: a1 CAPABILITY
    S: * CAPABILITY ... CONDSTORE QRESYNC ...
    S: a1 OK CAPABILITY completed
    C: a2 SELECT INBOX (QRESYNC (1 1))
    S: a2 BAD ENABLE QRESYNC first
    C: a3 ENABLE CONDSTORE
    S: * ENABLED CONDSTORE
    S: a3 OK ENABLE completed
    C: a4 SELECT INBOX
    S: ...
    S: a4 OK ...
    C: a5 EXAMINE INBOX (QRESYNC (1 1))
    S: a5 BAD ENABLE QRESYNC first
    C: a6 UID FETCH 1 FLAGS (CHANGEDSINCE 1 VANISHED)
    S: a6 BAD ENABLE QRESYNC first
    C: a7 ENABLE QRESYNC CONDSTORE
    S: * ENABLED QRESYNC CONDSTORE
    S: a7 OK ENABLE completed
    C: a8 UID FETCH 1 FLAGS (VANISHED)
    S: a8 BAD ...
    C: a9 FETCH 1 FLAGS (CHANGEDSINCE 1 VANISHED)
    S: a9 BAD ...
    C: b1 SELECT INBOX (QRESYNC (0 1))
    S: b1 BAD ...
    C: b2 SELECT INBOX (QRESYNC (1 9223372036854775808))
    S: b2 BAD ...
    C: b3 SELECT INBOX (QRESYNC (1 1 1:*))
    S: b3 BAD ...
    C: b4 FETCH 1 UID
    S: * 1 FETCH (UID 1)
    S: b4 OK FETCH completed
  )");
}

BOOST_AUTO_TEST_CASE(who_comes_back_learns_what_vanished_and_what_changed) {
  MailServer server;
  live(server);
  comes_back(server, "7", R"(
    S: * VANISHED (EARLIER) 3,5
    S: * 2 FETCH (UID 2 FLAGS (\Flagged) MODSEQ (8)))");
  comes_back(server, "5 1:4", R"(
    S: * VANISHED (EARLIER) 3
    S: * 2 FETCH (UID 2 FLAGS (\Flagged) MODSEQ (8)))");
  comes_back(server, "7 4:6", "    S: * VANISHED (EARLIER) 5");
  comes_back(server, "8 1:2,4", "");
  // Numbers that match: message 3 is UID 4 still, 4 is no longer 5.
  comes_back(server, "8 1:6 (1:3,4 1:2,4,5)", "    S: * VANISHED (EARLIER) 5");
  comes_back(server, "10", "");
  comes_back(server, "0 6:9", "    S: * 4 FETCH (UID 6 FLAGS () MODSEQ (7))");
  comes_back(server, "9223372036854775807 3:4", "    S: * VANISHED (EARLIER) 3");
  server.restart();
  comes_back(server, "7", R"(
    S: * VANISHED (EARLIER) 3,5
    S: * 2 FETCH (UID 2 FLAGS (\Flagged) MODSEQ (8)))");
}

BOOST_AUTO_TEST_CASE(another_uidvalidity_makes_it_a_plain_select) {
  MailServer server;
  live(server);
  server.plays(Begin::logged_in, R"(
    C: a1 ENABLE QRESYNC
    S: ...
    S: a1 OK ENABLE completed
    C: a2 SELECT INBOX (QRESYNC (4294967295 1 1:6))
    S: ...
    S: * OK [HIGHESTMODSEQ 10] ...
    S: a2 OK [READ-WRITE] SELECT completed
  )");
}

BOOST_AUTO_TEST_CASE(an_empty_folder_has_nothing_to_tell) {
  MailServer server;
  server.plays(Begin::logged_in, R"(
    C: a1 ENABLE QRESYNC
    S: ...
    S: a1 OK ENABLE completed
    C: a2 SELECT INBOX (QRESYNC ()" + uid_validity(server) +
                                     R"( 5))
    S: ...
    S: * OK [HIGHESTMODSEQ 1] ...
    S: a2 OK [READ-WRITE] SELECT completed
  )");
}

// RFC 7162 3.2.6.
BOOST_AUTO_TEST_CASE(uid_fetch_tells_what_vanished_before_what_changed) {
  MailServer server;
  live(server);
  server.plays(Begin::in_inbox, R"(
    C: a1 ENABLE QRESYNC
    S: * OK [HIGHESTMODSEQ 10] ...
    S: * ENABLED QRESYNC
    S: a1 OK ENABLE completed
    C: a2 UID FETCH 1:4 (FLAGS) (CHANGEDSINCE 4 VANISHED)
    S: * VANISHED (EARLIER) 3
    S: * 2 FETCH (UID 2 MODSEQ (8) FLAGS (\Flagged))
    S: * 3 FETCH (UID 4 MODSEQ (5) FLAGS ())
    S: a2 OK FETCH completed
    C: a3 UID FETCH 5:* UID (VANISHED CHANGEDSINCE 9)
    S: * VANISHED (EARLIER) 5
    S: a3 OK FETCH completed
    C: a4 UID FETCH 1:* FLAGS (CHANGEDSINCE 10 VANISHED)
    S: a4 OK FETCH completed
    C: a5 UID SEARCH RETURN (SAVE) UID 5:6
    S: a5 OK SEARCH completed
    C: a6 UID FETCH $ UID (CHANGEDSINCE 1 VANISHED)
    S: * 4 FETCH (MODSEQ (7) UID 6)
    S: a6 OK FETCH completed
  )");
}

// RFC 7162 3.2.7 to 3.2.10: in this session and in others, EXPUNGE, UID EXPUNGE, MOVE, CLOSE.
BOOST_AUTO_TEST_CASE(vanished_comes_instead_of_expunge) {
  MailServer server;
  deliver(server, 6);
  server.plays(Begin::in_inbox, R"(
    C: a1 ENABLE QRESYNC
    S: ...
    S: a1 OK ENABLE completed
    C: a2 UID STORE 1:2,4 +FLAGS.SILENT (\Deleted)
    S: ...
    S: a2 OK STORE completed
    C: a3 UID EXPUNGE 1
    S: * VANISHED 1
    S: a3 OK [HIGHESTMODSEQ 9] EXPUNGE completed
    C: a4 EXPUNGE
    S: * VANISHED 2,4
    S: a4 OK [HIGHESTMODSEQ 10] EXPUNGE completed
    C: a5 EXPUNGE
    S: a5 OK EXPUNGE completed
    C: a6 UID MOVE 3 Trash
    S: * OK [COPYUID ... 3 1] Moved
    S: * VANISHED 3
    S: a6 OK [HIGHESTMODSEQ 11] MOVE completed
    C: a7 FETCH 1:* UID
    S: * 1 FETCH (UID 5)
    S: * 2 FETCH (UID 6)
    S: a7 OK FETCH completed
    C2: b1 UID STORE 5 +FLAGS.SILENT (\Deleted)
    S2: ...
    S2: b1 OK STORE completed
    C2: b2 EXPUNGE
    S2: ...
    S2: b2 OK EXPUNGE completed
    C: a8 NOOP
    S: * VANISHED 5
    S: a8 OK NOOP completed
    C: a9 UID STORE 6 +FLAGS.SILENT (\Deleted)
    S: * 1 FETCH (UID 6 MODSEQ (14))
    S: a9 OK STORE completed
    C: b1 CLOSE
    S: b1 OK CLOSE completed
    C: b2 STATUS INBOX (MESSAGES HIGHESTMODSEQ)
    S: * STATUS INBOX (MESSAGES 0 HIGHESTMODSEQ 15)
    S: b2 OK STATUS completed
  )");
}

// RFC 7162 section 6: what is held back stays ahead of the client's mod-sequence.
BOOST_AUTO_TEST_CASE(expunges_that_are_held_back_hold_the_highest_modseq) {
  MailServer server;
  deliver(server, 3);
  server.plays(Begin::in_inbox, R"(
    C: a1 ENABLE QRESYNC
    S: ...
    S: a1 OK ENABLE completed
    C2: b1 STORE 2 +FLAGS.SILENT (\Deleted)
    S2: b1 OK STORE completed
    C2: b2 EXPUNGE
    S2: * 2 EXPUNGE
    S2: b2 OK EXPUNGE completed
    C: a2 STORE 1 +FLAGS.SILENT (\Seen)
    S: * 1 FETCH (UID 1 MODSEQ (7))
    S: * OK [HIGHESTMODSEQ 5] Expunges are held back
    S: a2 OK STORE completed
    C: a3 UID SEARCH 3
    S: * SEARCH 3
    S: * OK [HIGHESTMODSEQ 5] Expunges are held back
    S: a3 OK SEARCH completed
    C: a4 UID SEARCH UID 3
    S: * SEARCH 3
    S: * VANISHED 2
    S: a4 OK SEARCH completed
    C: a5 FETCH 2 (UID MODSEQ)
    S: * 2 FETCH (UID 3 MODSEQ (4))
    S: a5 OK FETCH completed
  )");
}

BOOST_AUTO_TEST_CASE(closed_parts_the_old_folder_from_the_new_one) {
  MailServer server;
  deliver(server, 1);
  server.plays(Begin::in_inbox, R"(
    C: a1 SELECT Sent
    S: * OK [CLOSED] ...
    S: ...
    S: a1 OK ...
    C: a2 SELECT Nowhere
    S: * OK [CLOSED] ...
    S: a2 NO ...
    C: a3 SELECT INBOX
    S: * FLAGS ...
    S: ...
    S: a3 OK ...
    C: a4 UNSELECT
    S: a4 OK UNSELECT completed
  )");
}

BOOST_AUTO_TEST_SUITE_END()
