// NOTIFY (RFC 5465).

#include <boost/test/unit_test.hpp>

#include "imap/mime/prepare.h"
#include "imap/notifications.h"
#include "tests/support/mail_server.h"

namespace {

using test_support::Begin;
using test_support::MailServer;

constexpr storage::Reason writing{crypto::Cause::deliver, crypto::Actor::service()};

void make(MailServer& server, const std::string& folder) {
  server.mailbox()->create_folder(folder, storage::SpecialUse::none, writing);
}

void append(MailServer& server, const std::string& folder, const std::string& subject = "x") {
  const auto mailbox = server.mailbox();
  std::vector<storage::NewMessage> messages;
  messages.push_back(imap::mime::prepare(
      "From: alice@example.org\r\nSubject: " + subject + "\r\nTo: bob@example.org\r\n\r\nhi\r\n",
      {}, 1'700'000'000, 0));
  mailbox->append(mailbox->tree()->folder(folder), std::move(messages), writing);
}

// What a client is told when `happens`, until it is silent.
template <class Happens>
std::string told(test_support::TestClient& client, Happens happens) {
  happens();
  std::string lines;
  while (!client.is_silent_for(300)) lines += client.line() + '\n';
  return lines;
}

// A client that has said this, and got its OK.
std::unique_ptr<test_support::TestClient> asking(MailServer& server, Begin begin,
                                                 const std::string& command) {
  auto client = server.client(begin);
  client->send("n " + command + "\r\n");
  std::string line;
  while (!line.starts_with("n ")) line = client->line();
  BOOST_REQUIRE(line.starts_with("n OK"));
  return client;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(notify)

// RFC 5465 section 3.1, with MessageExpunge where the RFC's text wants it.
BOOST_AUTO_TEST_CASE(as_the_rfc_has_it) {
  MailServer server;
  make(server, "Lists/Lemonade");
  make(server, "Lists/Im2000");
  append(server, "Lists/Lemonade");
  auto client = server.client(Begin::logged_in);
  client->send(
      "b notify set status (selected MessageNew (uid body.peek[header.fields (from to subject)]) "
      "MessageExpunge) (subtree Lists MessageNew MessageExpunge)\r\n");
  BOOST_TEST(
      client->line().starts_with("* STATUS Lists/Im2000 (UIDNEXT 1 MESSAGES 0 UIDVALIDITY "));
  BOOST_TEST(
      client->line().starts_with("* STATUS Lists/Lemonade (UIDNEXT 2 MESSAGES 1 UIDVALIDITY "));
  BOOST_TEST(client->line() == "b OK NOTIFY completed");
  client->send("c select inbox\r\n");
  while (!client->line().starts_with("c OK")) {
  }
  BOOST_TEST(told(*client, [&] { append(server, "Lists/Lemonade"); }) ==
             "* STATUS Lists/Lemonade (UIDNEXT 3 MESSAGES 2)\n");
  BOOST_TEST(told(*client, [&] { append(server, "INBOX", "Re: good morning"); }) ==
             "* 1 EXISTS\n* 1 RECENT\n"
             "* 1 FETCH (UID 1 BODY[HEADER.FIELDS (from to subject)] {75}\n"
             "From: alice@example.org\nSubject: Re: good morning\nTo: bob@example.org\n\n)\n");
}

BOOST_AUTO_TEST_CASE(the_selected_folder_is_told_at_once_without_a_command) {
  MailServer server;
  append(server, "INBOX");
  append(server, "INBOX");
  auto client = asking(server, Begin::in_inbox,
                       "NOTIFY SET (selected (MessageNew MessageExpunge FlagChange))");
  const auto mailbox = server.mailbox();
  const auto inbox = mailbox->tree()->folder("INBOX");
  const std::vector<Uid> first{Uid(1)};
  const auto mark = [&] {
    mailbox->store(inbox, first, storage::FlagMode::add,
                   {.system = storage::deleted, .keywords = {}}, std::nullopt, writing);
  };
  BOOST_TEST(told(*client, mark) == "* 1 FETCH (UID 1 FLAGS (\\Deleted \\Recent))\n");
  BOOST_TEST(told(*client, [&] { mailbox->expunge(inbox, std::nullopt, writing); }) ==
             "* 1 EXPUNGE\n");
  BOOST_TEST(told(*client, [&] { append(server, "INBOX"); }) == "* 2 EXISTS\n* 2 RECENT\n");
  // Commands go on as ever.
  client->send("a UID FETCH 1:* (UID)\r\n");
  BOOST_TEST(client->line() == "* 1 FETCH (UID 2)");
  BOOST_TEST(client->line() == "* 2 FETCH (UID 3)");
  BOOST_TEST(client->line() == "a OK FETCH completed");
}

BOOST_AUTO_TEST_CASE(new_messages_bear_their_modseqs_where_condstore_is_enabled) {
  MailServer server;
  auto client = server.client(Begin::logged_in);
  client->send("a ENABLE CONDSTORE\r\nb SELECT INBOX\r\n");
  client->send("c NOTIFY SET (selected (MessageNew (FLAGS) MessageExpunge FlagChange))\r\n");
  while (!client->line().starts_with("c OK")) {
  }
  BOOST_TEST(told(*client, [&] { append(server, "INBOX"); }) ==
             "* 1 EXISTS\n* 1 RECENT\n* 1 FETCH (FLAGS (\\Recent) UID 1 MODSEQ (2))\n");
}

BOOST_AUTO_TEST_CASE(selected_delayed_holds_expunges_until_a_command) {
  MailServer server;
  append(server, "INBOX");
  auto client =
      asking(server, Begin::in_inbox, "NOTIFY SET (selected-delayed (MessageNew MessageExpunge))");
  const auto mailbox = server.mailbox();
  const auto inbox = mailbox->tree()->folder("INBOX");
  const auto expunge = [&] {
    mailbox->store(inbox, std::vector<Uid>{Uid(1)}, storage::FlagMode::add,
                   {.system = storage::deleted, .keywords = {}}, std::nullopt, writing);
    mailbox->expunge(inbox, std::nullopt, writing);
  };
  BOOST_TEST(told(*client, expunge) == "");
  BOOST_TEST(told(*client, [&] { append(server, "INBOX"); }) == "* 2 EXISTS\n* 2 RECENT\n");
  client->send("a NOOP\r\n");
  BOOST_TEST(client->line() == "* 1 EXPUNGE");
  BOOST_TEST(client->line() == "a OK NOOP completed");
}

BOOST_AUTO_TEST_CASE(what_is_not_wanted_is_not_told) {
  MailServer server;
  append(server, "INBOX");
  auto client = asking(server, Begin::in_inbox, "NOTIFY SET (selected NONE)");
  BOOST_TEST(told(*client, [&] { append(server, "INBOX"); }) == "");
  client->send("a NOOP\r\n");
  BOOST_TEST(client->line() == "a OK NOOP completed");
  // What its own commands do is their answer.
  client->send("b UID STORE 1 +FLAGS (\\Deleted)\r\n");
  BOOST_TEST(client->line() == "* 1 FETCH (UID 1 FLAGS (\\Deleted \\Recent))");
  BOOST_TEST(client->line() == "b OK STORE completed");
  client->send("c EXPUNGE\r\n");
  BOOST_TEST(client->line() == "* 1 EXPUNGE");
  BOOST_TEST(client->line() == "c OK EXPUNGE completed");
  // NOTIFY SET tells what has gathered.
  client->send("d NOTIFY SET (selected (MessageNew MessageExpunge))\r\n");
  BOOST_TEST(client->line() == "* 1 EXISTS");
  BOOST_TEST(client->line() == "* 1 RECENT");
  BOOST_TEST(client->line() == "d OK NOTIFY completed");
  client->send("e NOTIFY NONE\r\n");
  BOOST_TEST(client->line() == "e OK NOTIFY completed");
  BOOST_TEST(told(*client, [&] { append(server, "INBOX"); }) == "");
}

BOOST_AUTO_TEST_CASE(idle_tells_the_same) {
  MailServer server;
  make(server, "misc");
  auto client =
      asking(server, Begin::in_inbox, "NOTIFY SET (mailboxes misc (MessageNew MessageExpunge))");
  client->send("i IDLE\r\n");
  BOOST_TEST(client->line() == "+ idling");
  BOOST_TEST(told(*client, [&] { append(server, "INBOX"); }) == "");
  BOOST_TEST(told(*client, [&] { append(server, "misc"); }) ==
             "* STATUS misc (UIDNEXT 2 MESSAGES 1)\n");
  client->send("DONE\r\n");
  BOOST_TEST(client->line() == "i OK IDLE completed");
}

BOOST_AUTO_TEST_CASE(names_and_subscriptions_are_told_as_list) {
  MailServer server;
  make(server, "a/b");
  auto client =
      asking(server, Begin::logged_in, "NOTIFY SET (personal (MailboxName SubscriptionChange))");
  const auto mailbox = server.mailbox();
  BOOST_TEST(told(*client, [&] { make(server, "new"); }) == "* LIST (\\HasNoChildren) \"/\" new\n");
  BOOST_TEST(told(*client, [&] { mailbox->rename_folder("a", "z", writing); }) ==
             "* LIST (\\Noselect \\HasChildren) \"/\" z (\"OLDNAME\" (a))\n");
  BOOST_TEST(told(*client, [&] { mailbox->subscribe("new", writing); }) ==
             "* LIST (\\HasNoChildren \\Subscribed) \"/\" new\n");
  BOOST_TEST(told(*client, [&] { mailbox->remove_folder("new", writing); }) ==
             "* LIST (\\NonExistent \\Subscribed) \"/\" new\n");
  BOOST_TEST(told(*client, [&] { make(server, "z/n"); }) ==
             "* LIST (\\Noselect \\HasChildren) \"/\" z\n"
             "* LIST (\\HasNoChildren) \"/\" z/n\n");
}

BOOST_AUTO_TEST_CASE(a_session_is_not_told_what_it_does_itself) {
  MailServer server;
  make(server, "misc");
  append(server, "INBOX");
  server.plays(Begin::in_inbox, R"(
    C: a1 NOTIFY SET (personal (MailboxName SubscriptionChange MessageNew MessageExpunge)) (selected (MessageNew (UID) MessageExpunge))
    S: a1 OK NOTIFY completed
    C: a2 CREATE q/r
    S: a2 OK [MAILBOXID (...)] CREATE completed
    C: a3 RENAME q w
    S: a3 OK RENAME completed
    C: a4 SUBSCRIBE w/r
    S: a4 OK SUBSCRIBE completed
    C: a5 DELETE w/r
    S: a5 OK DELETE completed
    C: a6 COPY 1 misc
    S: a6 OK [COPYUID ...
    C: a7 APPEND INBOX {2}
    S: + OK
    C: hi
    S: * 2 EXISTS
    S: * 2 RECENT
    S: a7 OK [APPENDUID ...
    C2: b1 COPY 1 misc
    S2: b1 OK [COPYUID ...
    S: * STATUS misc (UIDNEXT 3 MESSAGES 2)
    C2: b2 APPEND INBOX {2}
    S2: + OK
    C2: hi
    S2: ...
    S2: b2 OK ...
    S: * 3 EXISTS
    S: * 3 RECENT
    S: * 3 FETCH (UID 3)
    C2: b3 CREATE m
    S2: b3 OK [MAILBOXID (...)] CREATE completed
    S: * LIST (\HasNoChildren) "/" m
  )");
}

// RFC 5465 5.6 and 5.7
BOOST_AUTO_TEST_CASE(annotations_are_told_by_their_names) {
  MailServer server;
  make(server, "misc");
  server.plays(Begin::logged_in, R"(
    C: a1 NOTIFY SET (inboxes (MailboxMetadataChange ServerMetadataChange))
    S: a1 OK NOTIFY completed
    C: a2 SETMETADATA INBOX (/private/comment "mine")
    S: a2 OK SETMETADATA completed
    C2: b1 SETMETADATA INBOX (/private/comment "x" /shared/comment "y")
    S2: b1 OK SETMETADATA completed
    S: * METADATA INBOX /private/comment /shared/comment
    C2: b2 SETMETADATA misc (/private/comment "x")
    S2: b2 OK SETMETADATA completed
    C2: b3 SETMETADATA INBOX (/shared/comment NIL)
    S2: b3 OK SETMETADATA completed
    S: * METADATA INBOX /shared/comment
    C2: b4 SETMETADATA "" (/private/comment "server")
    S2: b4 OK SETMETADATA completed
    S: * METADATA "" /private/comment
  )");
}

BOOST_AUTO_TEST_CASE(flag_changes_elsewhere_are_told_in_a_status) {
  MailServer server;
  make(server, "misc");
  append(server, "misc");
  const auto mailbox = server.mailbox();
  const auto misc = mailbox->tree()->folder("misc");
  auto client = asking(server, Begin::logged_in,
                       "NOTIFY SET (subscribed (MessageNew MessageExpunge FlagChange))");
  const auto mark = [&](std::uint8_t flag) {
    return [&mailbox, misc, flag] {
      mailbox->store(misc, std::vector<Uid>{Uid(1)}, storage::FlagMode::add,
                     {.system = flag, .keywords = {}}, std::nullopt, writing);
    };
  };
  BOOST_TEST(told(*client, mark(storage::flagged)) == "");  // not subscribed
  mailbox->subscribe("misc", writing);
  const auto line = told(*client, mark(storage::seen));
  BOOST_TEST(line.starts_with("* STATUS misc (UIDVALIDITY "));
  BOOST_TEST(line.ends_with(" UNSEEN 0)\n"));
  client->send("a ENABLE CONDSTORE\r\n");
  BOOST_TEST(client->line() == "* ENABLED CONDSTORE");
  BOOST_TEST(client->line() == "a OK ENABLE completed");
  BOOST_TEST(told(*client, mark(storage::deleted)).find(" UNSEEN 0 HIGHESTMODSEQ ") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(searches_are_kept_up_to_date_between_commands) {
  MailServer server;
  append(server, "INBOX", "one");
  server.plays(Begin::in_inbox, R"(
    C: a1 NOTIFY SET (selected-delayed (MessageNew (UID) MessageExpunge FlagChange))
    S: a1 OK NOTIFY completed
    C: a2 SEARCH RETURN (UPDATE (FLAGS) COUNT) SUBJECT one
    S: * ESEARCH (TAG "a2") COUNT 1
    S: a2 OK SEARCH completed
    C2: b1 APPEND INBOX {12}
    S2: + OK
    C2: Subject: one
    S2: ...
    S2: b1 OK ...
    S: * 2 EXISTS
    S: * 2 RECENT
    S: * 2 FETCH (FLAGS (\Recent) UID 2)
    S: * ESEARCH (TAG "a2") ADDTO (0 2)
    C2: b2 APPEND INBOX {12}
    S2: + OK
    C2: Subject: two
    S2: ...
    S2: b2 OK ...
    S: * 3 EXISTS
    S: * 3 RECENT
    S: * 3 FETCH (UID 3)
    C2: b3 STORE 1 +FLAGS.SILENT (\Deleted)
    S2: b3 OK STORE completed
    S: * 1 FETCH (UID 1 FLAGS (\Deleted \Recent))
    C2: b4 EXPUNGE
    S2: * 1 EXPUNGE
    S2: b4 OK EXPUNGE completed
    S: * ESEARCH (TAG "a2") REMOVEFROM (0 1)
    C: a3 NOOP
    S: * 1 EXPUNGE
    S: a3 OK NOOP completed
  )");
}

// RFC 9586 section 3
BOOST_AUTO_TEST_CASE(with_uidonly_nothing_is_told_by_number) {
  MailServer server;
  append(server, "INBOX");
  server.plays(Begin::logged_in, R"(
    C: a1 ENABLE UIDONLY
    S: ...
    S: a1 OK ...
    C: a2 SELECT INBOX
    S: ...
    S: a2 OK ...
    C: a3 NOTIFY SET (selected (MessageNew (FLAGS) MessageExpunge FlagChange))
    S: a3 OK NOTIFY completed
    C: a4 UID SEARCH RETURN (UPDATE COUNT) ALL
    S: * ESEARCH (TAG "a4") UID COUNT 1
    S: a4 OK SEARCH completed
    C2: b1 SELECT INBOX
    S2: ...
    S2: b1 OK ...
    C2: b2 STORE 1 +FLAGS.SILENT (\Deleted)
    S2: b2 OK ...
    S: * 1 UIDFETCH (FLAGS (\Deleted \Recent))
    C2: b3 EXPUNGE
    S2: * 1 EXPUNGE
    S2: b3 OK ...
    S: * ESEARCH (TAG "a4") UID REMOVEFROM (0 1)
    S: * VANISHED 1
    C2: b4 APPEND INBOX {2}
    S2: + OK
    C2: hi
    S2: ...
    S2: b4 OK ...
    S: * 1 EXISTS
    S: * 1 RECENT
    S: * ESEARCH (TAG "a4") UID ADDTO (0 2)
    S: * 2 UIDFETCH (FLAGS (\Recent))
  )");
}

BOOST_AUTO_TEST_CASE(what_makes_no_sense_is_bad_and_what_is_not_there_is_named) {
  MailServer server;
  std::string groups;
  for (std::size_t n = 0; n <= imap::notify_group_limit; ++n)
    groups += " (mailboxes f" + std::to_string(n) + " (MailboxName))";
  server.plays(Begin::logged_in, R"(
    C: a1 NOTIFY SET (personal (AnnotationChange MessageNew MessageExpunge))
    S: a1 NO [BADEVENT (MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange MailboxMetadataChange ServerMetadataChange)] ...
    C: a0 NOTIFY SET (selected (ServerMetadataChange))
    S: a0 BAD only events of messages go with the selected folder
    C: a2 NOTIFY SET (personal (MessageNew))
    S: a2 BAD MessageNew and MessageExpunge go together
    C: a3 NOTIFY SET (personal (FlagChange))
    S: a3 BAD FlagChange goes with MessageNew and MessageExpunge
    C: a4 NOTIFY SET (selected (MailboxName))
    S: a4 BAD only events of messages go with the selected folder
    C: a5 NOTIFY SET (selected NONE) (selected-delayed NONE)
    S: a5 BAD the selected folder is named once
    C: a6 NOTIFY SET (personal (MessageNew (UID) MessageExpunge))
    S: a6 BAD fetch items go with the selected folder only
    C: a7 NOTIFY SET (subtree-one a NONE)
    S: a7 BAD subtree-one is for ESEARCH
    C: a8 NOTIFY SET
    S: a8 BAD ...
    C: a9 NOTIFY NONE x
    S: a9 BAD ...
    C: b1 NOTIFY SET (mailboxes ("no/such" "a//b") (MailboxName))
    S: b1 OK NOTIFY completed
    C: b2 NOTIFY SET)" + groups + R"(
    S: b2 NO [NOTIFICATIONOVERFLOW] ...
    C: b3 NOTIFY LATER
    S: b3 BAD NOTIFY takes SET or NONE
  )");
}

BOOST_AUTO_TEST_CASE(too_much_at_once_ends_it_and_says_so) {
  MailServer server;
  const auto mailbox = server.mailbox();
  auto client = server.client(Begin::logged_in);
  client->send("n NOTIFY SET (personal (MailboxName))\r\n");
  BOOST_TEST(client->line() == "n OK NOTIFY completed");
  // While a command is being read nothing is told.
  client->send("a APPEND INBOX {2}\r\n");
  BOOST_TEST(client->line() == "+ OK");
  for (std::size_t n = 0; n <= imap::notify_line_limit; ++n)
    mailbox->create_folder("f" + std::to_string(n), storage::SpecialUse::none, writing);
  client->send("hi\r\n");
  BOOST_TEST(client->line().starts_with("* OK [NOTIFICATIONOVERFLOW] "));
  BOOST_TEST(client->line().starts_with("a OK [APPENDUID "));
  BOOST_TEST(told(*client, [&] { make(server, "x"); }) == "");
}

BOOST_AUTO_TEST_SUITE_END()
