// SELECT, EXAMINE, CLOSE, UNSELECT, EXPUNGE, NOOP (behaviours 1 to 4, 7, 20, 24).

#include <boost/test/unit_test.hpp>

#include "tests/support/mail_server.h"

BOOST_AUTO_TEST_SUITE(selection)

namespace {

using storage::FlagMode;
using test_support::Begin;
using test_support::MailServer;

// As another session would.
void flag(MailServer& server, std::vector<std::uint32_t> numbers, storage::FlagNames flags) {
  std::vector<Uid> uids;
  for (const auto number : numbers) uids.push_back(Uid(number));
  const auto mailbox = server.mailbox();
  mailbox->store(mailbox->tree()->folder("INBOX"), uids, FlagMode::add, flags, std::nullopt,
                 storage_test::reading);
}

void expunge(MailServer& server) {
  const auto mailbox = server.mailbox();
  mailbox->expunge(mailbox->tree()->folder("INBOX"), std::nullopt, storage_test::reading);
}

}  // namespace

BOOST_AUTO_TEST_CASE(select_says_all_that_a_client_needs) {
  MailServer server;
  deliver(server, 3);
  flag(server, {1}, {.system = storage::seen});
  server.plays(Begin::logged_in, R"(
    C: a1 SELECT INBOX
    S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
    S: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft \*)] ...
    S: * 3 EXISTS
    S: * 3 RECENT
    S: * OK [UNSEEN 2] ...
    S: * OK [UIDVALIDITY ...] ...
    S: * OK [MAILBOXID (...)] ...
    S: * OK [UIDNEXT 4] ...
    S: * OK [HIGHESTMODSEQ 5] ...
    S: a1 OK [READ-WRITE] SELECT completed
  )");
}

BOOST_AUTO_TEST_CASE(new_mail_is_recent_to_one_of_the_sessions_that_have_the_folder_open) {
  MailServer server;
  auto first = server.client(Begin::in_inbox);
  auto second = server.client(Begin::in_inbox);
  server.deliver("Subject: x\r\n\r\nx\r\n");
  first->send("a NOOP\r\n");
  BOOST_TEST(first->line() == "* 1 EXISTS");
  BOOST_TEST(first->line() == "* 1 RECENT");
  second->send("a NOOP\r\n");
  BOOST_TEST(second->line() == "* 1 EXISTS");
  BOOST_TEST(second->line() == "* 0 RECENT");
  server.plays(Begin::logged_in, R"(
    C: a1 STATUS INBOX (RECENT)
    S: * STATUS INBOX (RECENT 0)
    S: a1 OK STATUS completed
  )");
}

BOOST_AUTO_TEST_CASE(mail_that_a_session_ends_without_telling_is_recent_to_the_next) {
  MailServer server;
  deliver(server, 1);
  auto first = server.client(Begin::in_inbox);
  deliver(server, 2);
  first->send("a LOGOUT\r\n");
  BOOST_TEST(first->line().starts_with("* BYE"));
  // CREATE is done after what LOGOUT left to be done.
  server.plays(Begin::logged_in, R"(
    C: a1 CREATE Later
    S: a1 OK [MAILBOXID (...)] CREATE completed
    C: a2 SELECT INBOX
    S: ...
    S: * 2 RECENT
    S: ...
    S: a2 OK [READ-WRITE] SELECT completed
  )");
}

BOOST_AUTO_TEST_CASE(recent_belongs_to_the_first_session_that_selects) {
  MailServer server;
  deliver(server, 2);
  server.plays(Begin::logged_in, R"(
    C: a1 EXAMINE INBOX
    S: ...
    S: * 2 RECENT
    S: ...
    S: a1 OK [READ-ONLY] EXAMINE completed
    C: a2 SELECT INBOX
    S: ...
    S: * 2 RECENT
    S: ...
    S: a2 OK [READ-WRITE] SELECT completed
    C2: a1 SELECT INBOX
    S2: ...
    S2: * 0 RECENT
    S2: ...
    S2: a1 OK [READ-WRITE] SELECT completed
  )");
}

BOOST_AUTO_TEST_CASE(examine_keeps_no_flags_and_expunges_nothing) {
  MailServer server;
  deliver(server, 1);
  flag(server, {1}, {.system = storage::deleted});
  server.plays(Begin::logged_in, R"(
    C: a1 EXAMINE INBOX
    S: ...
    S: * OK [PERMANENTFLAGS ()] ...
    S: ...
    S: a1 OK [READ-ONLY] EXAMINE completed
    C: a2 EXPUNGE
    S: a2 NO ...
    C: a3 CLOSE
    S: a3 OK CLOSE completed
    C: a4 STATUS INBOX (MESSAGES)
    S: * STATUS INBOX (MESSAGES 1)
    S: a4 OK STATUS completed
  )");
}

BOOST_AUTO_TEST_CASE(a_select_that_fails_leaves_nothing_selected) {
  MailServer server;
  server.plays(Begin::in_inbox, R"(
    C: a1 SELECT Nowhere
    S: * OK [CLOSED] ...
    S: a1 NO [NONEXISTENT] ...
    C: a2 CHECK
    S: a2 BAD select a folder first
  )");
}

BOOST_AUTO_TEST_CASE(close_expunges_without_a_word_and_unselect_does_not) {
  MailServer server;
  deliver(server, 2);
  flag(server, {1}, {.system = storage::deleted});
  server.plays(Begin::in_inbox, R"(
    C: a1 UNSELECT
    S: a1 OK UNSELECT completed
    C: a2 STATUS INBOX (MESSAGES)
    S: * STATUS INBOX (MESSAGES 2)
    S: a2 OK STATUS completed
    C: a3 SELECT INBOX
    S: ...
    S: a3 OK ...
    C: a4 CLOSE
    S: a4 OK CLOSE completed
    C: a5 STATUS INBOX (MESSAGES)
    S: * STATUS INBOX (MESSAGES 1)
    S: a5 OK STATUS completed
  )");
}

BOOST_AUTO_TEST_CASE(expunge_lines_come_at_once_and_count_down) {
  MailServer server;
  deliver(server, 5);
  flag(server, {2, 4}, {.system = storage::deleted});
  server.plays(Begin::in_inbox, R"(
    C: a1 EXPUNGE
    S: * 2 EXPUNGE
    S: * 3 EXPUNGE
    S: a1 OK EXPUNGE completed
    C: a2 EXPUNGE
    S: a2 OK EXPUNGE completed
  )");
}

BOOST_AUTO_TEST_CASE(uid_expunge_takes_the_named_ones_only) {
  MailServer server;
  deliver(server, 4);
  flag(server, {1, 2, 3}, {.system = storage::deleted});
  server.plays(Begin::in_inbox, R"(
    C: a1 UID EXPUNGE 2:3,99
    S: * 2 EXPUNGE
    S: * 2 EXPUNGE
    S: a1 OK EXPUNGE completed
    C: a2 UID EXPUNGE 77
    S: a2 OK EXPUNGE completed
    C: a3 UID EXPUNGE x
    S: a3 BAD ...
  )");
}

BOOST_AUTO_TEST_CASE(uids_rise_for_ever_also_over_a_restart) {
  MailServer server;
  deliver(server, 2);
  flag(server, {2}, {.system = storage::deleted});
  expunge(server);
  server.restart();
  server.plays(Begin::logged_in, R"(
    C: a1 STATUS INBOX (UIDNEXT MESSAGES)
    S: * STATUS INBOX (UIDNEXT 3 MESSAGES 1)
    S: a1 OK STATUS completed
  )");
}

BOOST_AUTO_TEST_CASE(changes_by_others_are_told_at_the_next_command) {
  MailServer server;
  deliver(server, 3);
  auto client = server.client(Begin::in_inbox);
  flag(server, {2}, {.system = storage::flagged, .keywords = {"$Forwarded"}});
  flag(server, {1}, {.system = storage::deleted});
  expunge(server);
  deliver(server, 1);
  BOOST_TEST(client->is_silent_for(100), "nothing is told while no command is in progress");
  client->send("a NOOP\r\n");
  BOOST_TEST(client->line() == R"(* FLAGS (\Answered \Flagged \Deleted \Seen \Draft $Forwarded))");
  BOOST_TEST(client->line().starts_with("* OK [PERMANENTFLAGS"));
  BOOST_TEST(client->line() == "* 1 EXPUNGE");
  BOOST_TEST(client->line() == "* 3 EXISTS");
  BOOST_TEST(client->line() == "* 3 RECENT");
  BOOST_TEST(client->line() == R"(* 1 FETCH (FLAGS (\Flagged \Recent $Forwarded)))");
  BOOST_TEST(client->line() == "a OK NOOP completed");
}

BOOST_AUTO_TEST_CASE(a_session_whose_folder_is_deleted_is_told_and_ended) {
  MailServer server;
  server.plays(Begin::logged_in, R"(
    C: a1 CREATE Work
    C: a2 SELECT Work
    S: ...
    S: a2 OK ...
    C2: a1 DELETE Work
    S2: a1 OK DELETE completed
    C: a3 NOOP
    S: * BYE The selected folder has been deleted
    S: a3 OK NOOP completed
  )");
}

BOOST_AUTO_TEST_CASE(who_deletes_the_folder_selected_by_itself_goes_on_without_one) {
  MailServer server;
  server.plays(Begin::logged_in, R"(
    C: a1 CREATE Work
    C: a2 SELECT Work
    S: ...
    S: a2 OK ...
    C: a3 DELETE Work
    S: * OK [CLOSED] ...
    S: a3 OK DELETE completed
    C: a4 CHECK
    S: a4 BAD select a folder first
  )");
}

BOOST_AUTO_TEST_SUITE_END()
