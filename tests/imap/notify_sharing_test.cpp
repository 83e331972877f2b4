// NOTIFY (RFC 5465) of other users' folders: what bob gives ada, and takes back.

#include <boost/test/unit_test.hpp>

#include "tests/support/mail_server.h"

namespace {

using test_support::Begin;
using test_support::MailServer;

const std::string bob = "bob@example.org";

}  // namespace

BOOST_AUTO_TEST_SUITE(notify_sharing)

BOOST_AUTO_TEST_CASE(messages_in_anothers_folder_are_told_in_a_status) {
  MailServer server;
  server.deliver("Subject: one\r\n\r\nhello\r\n", bob);
  server.plays(Begin::ada_and_bob, R"(
    C2: b1 SETACL INBOX ada@example.org lr
    S2: b1 OK ...
    C: a1 NOTIFY SET STATUS (subtree "Other Users/bob@example.org" (MessageNew MessageExpunge FlagChange))
    S: * STATUS "Other Users/bob@example.org/INBOX" (UIDNEXT 2 MESSAGES 1 UIDVALIDITY ... UNSEEN 1 HIGHESTMODSEQ ...)
    S: a1 OK NOTIFY completed
    C2: b2 APPEND INBOX {2+}
    C2: hi
    S2: b2 OK ...
    S: * STATUS "Other Users/bob@example.org/INBOX" (UIDNEXT 3 MESSAGES 2 UIDVALIDITY ... UNSEEN 2)
    C2: b3 APPEND Drafts {2+}
    C2: hi
    S2: b3 OK ...
    C2: b4 SELECT INBOX
    S2: ...
    S2: b4 OK ...
    C2: b5 STORE 1 +FLAGS.SILENT (\Seen)
    S2: ...
    S2: b5 OK ...
    S: * STATUS "Other Users/bob@example.org/INBOX" (UIDVALIDITY ... UNSEEN 1)
    C2: b6 SETACL INBOX ada@example.org l
    S2: ...
    S2: b6 OK ...
    S: * LIST (\HasNoChildren \NoAccess) "/" "Other Users/bob@example.org/INBOX"
    C2: b7 APPEND INBOX {2+}
    C2: hi
    S2: ...
    S2: b7 OK ...
    C: a2 NOOP
    S: a2 OK ...
    C2: b8 SETACL INBOX ada@example.org lr
    S2: b8 OK ...
    S: * LIST (\HasNoChildren) "/" "Other Users/bob@example.org/INBOX"
    C2: b9 APPEND INBOX {2+}
    C2: hi
    S2: ...
    S2: b9 OK ...
    S: * STATUS "Other Users/bob@example.org/INBOX" (UIDNEXT 5 MESSAGES 4 UIDVALIDITY ... UNSEEN 3)
  )");
}

// RFC 5465 5.4: rights given are a folder made, rights taken a folder deleted; 5.9.
BOOST_AUTO_TEST_CASE(rights_that_are_given_and_taken_are_told) {
  MailServer server;
  server.plays(Begin::ada_and_bob, R"(
    C: a1 NOTIFY SET (subtree "Other Users" (MailboxName MessageNew MessageExpunge))
    S: a1 OK NOTIFY completed
    C2: b1 SETACL INBOX ada@example.org lr
    S2: b1 OK ...
    S: * LIST (\Noselect \HasChildren) "/" "Other Users/bob@example.org"
    S: * LIST (\HasNoChildren) "/" "Other Users/bob@example.org/INBOX"
    C2: b2 SETACL Drafts ada@example.org lr
    S2: b2 OK ...
    S: * LIST (\Noselect \HasChildren) "/" "Other Users/bob@example.org"
    S: * LIST (\HasNoChildren) "/" "Other Users/bob@example.org/Drafts"
    C2: b3 APPEND Drafts {2+}
    C2: hi
    S2: b3 OK ...
    S: * STATUS "Other Users/bob@example.org/Drafts" (UIDNEXT 2 MESSAGES 1)
    C2: b4 DELETEACL Drafts ada@example.org
    S2: b4 OK ...
    S: * LIST (\Noselect \HasChildren) "/" "Other Users/bob@example.org"
    S: * LIST (\NonExistent \NoAccess) "/" "Other Users/bob@example.org/Drafts"
    C2: b5 APPEND Drafts {2+}
    C2: hi
    S2: b5 OK ...
    C2: b6 DELETEACL INBOX ada@example.org
    S2: b6 OK ...
    S: * LIST (\NonExistent) "/" "Other Users/bob@example.org"
    S: * LIST (\NonExistent \NoAccess) "/" "Other Users/bob@example.org/INBOX"
    C2: b7 SETACL Drafts ada@example.org lr
    S2: b7 OK ...
    S: * LIST (\Noselect \HasChildren) "/" "Other Users/bob@example.org"
    S: * LIST (\HasNoChildren) "/" "Other Users/bob@example.org/Drafts"
    C2: b8 RENAME Drafts Sketches
    S2: b8 OK ...
    S: * LIST (\HasNoChildren) "/" "Other Users/bob@example.org/Sketches" ("OLDNAME" ("Other Users/bob@example.org/Drafts"))
    C2: b9 DELETE Sketches
    S2: b9 OK ...
    S: * LIST (\NonExistent) "/" "Other Users/bob@example.org"
    S: * LIST (\NonExistent) "/" "Other Users/bob@example.org/Sketches"
  )");
}

// RFC 5465 3.1 and 5.9: without MailboxName, too.
BOOST_AUTO_TEST_CASE(what_is_named_and_out_of_reach_is_told_and_followed_once_it_is_shared) {
  MailServer server;
  server.plays(Begin::ada_and_bob, R"(
    C2: b1 SETACL Drafts ada@example.org l
    S2: b1 OK ...
    C: a1 NOTIFY SET STATUS (mailboxes ("Other Users/Bob@example.org/INBOX" "Other Users/bob@example.org/Drafts" "Other Users/nobody@example.org/INBOX") (MessageNew MessageExpunge))
    S: * LIST (\HasNoChildren \NoAccess) "/" "Other Users/bob@example.org/Drafts"
    S: a1 OK NOTIFY completed
    C2: b2 SETACL Drafts ada@example.org lr
    S2: b2 OK ...
    S: * LIST (\HasNoChildren) "/" "Other Users/bob@example.org/Drafts"
    C2: b3 SETACL INBOX ada@example.org lr
    S2: b3 OK ...
    C2: b4 APPEND INBOX {2+}
    C2: hi
    S2: b4 OK ...
    S: * STATUS "Other Users/bob@example.org/INBOX" (UIDNEXT 2 MESSAGES 1)
    C2: b5 DELETEACL INBOX ada@example.org
    S2: b5 OK ...
    S: * LIST (\NonExistent \NoAccess) "/" "Other Users/bob@example.org/INBOX"
    C2: b6 SETACL INBOX ada@example.org lr
    S2: b6 OK ...
    S: * LIST (\HasNoChildren) "/" "Other Users/bob@example.org/INBOX"
  )");
}

// RFC 5465 3.1 and 5.9: listed still, and nothing can be told of its messages.
BOOST_AUTO_TEST_CASE(the_right_to_read_that_is_taken_and_given_is_told) {
  MailServer server;
  server.plays(Begin::ada_and_bob, R"(
    C2: b1 SETACL INBOX ada@example.org lr
    S2: b1 OK ...
    C2: b2 SETACL Drafts ada@example.org l
    S2: b2 OK ...
    C: a1 NOTIFY SET (subtree "Other Users" (MailboxName MessageNew MessageExpunge))
    S: * LIST (\HasNoChildren \NoAccess) "/" "Other Users/bob@example.org/Drafts"
    S: a1 OK NOTIFY completed
    C2: b3 SETACL INBOX ada@example.org -r
    S2: b3 OK ...
    S: * LIST (\HasNoChildren \NoAccess) "/" "Other Users/bob@example.org/INBOX"
    C2: b4 APPEND INBOX {2+}
    C2: hi
    S2: b4 OK ...
    C2: b5 SETACL INBOX ada@example.org +rs
    S2: b5 OK ...
    S: * LIST (\HasNoChildren) "/" "Other Users/bob@example.org/INBOX"
    C2: b6 RENAME Drafts Sketches
    S2: b6 OK ...
    S: * LIST (\HasNoChildren \NoAccess) "/" "Other Users/bob@example.org/Sketches" ("OLDNAME" ("Other Users/bob@example.org/Drafts"))
    C2: b7 SETACL Sketches ada@example.org lr
    S2: b7 OK ...
    S: * LIST (\HasNoChildren) "/" "Other Users/bob@example.org/Sketches"
    C2: b8 SETACL Sent ada@example.org l
    S2: b8 OK ...
    S: * LIST (\Noselect \HasChildren) "/" "Other Users/bob@example.org"
    S: * LIST (\HasNoChildren \NoAccess) "/" "Other Users/bob@example.org/Sent"
    C2: b9 DELETEACL Sent ada@example.org
    S2: b9 OK ...
    S: * LIST (\Noselect \HasChildren) "/" "Other Users/bob@example.org"
    S: * LIST (\NonExistent \NoAccess) "/" "Other Users/bob@example.org/Sent"
    C2: c1 SETACL Sent ada@example.org l
    S2: c1 OK ...
    S: * LIST (\Noselect \HasChildren) "/" "Other Users/bob@example.org"
    S: * LIST (\HasNoChildren \NoAccess) "/" "Other Users/bob@example.org/Sent"
    C2: c2 APPEND INBOX {2+}
    C2: hi
    S2: c2 OK ...
    S: * STATUS "Other Users/bob@example.org/INBOX" (UIDNEXT 3 MESSAGES 2)
  )");
}

// Two renames in one look, where the second takes the name that the first gave up; what is below a
// name goes with it.
BOOST_AUTO_TEST_CASE(what_is_out_of_reach_stays_so_under_its_new_name) {
  MailServer server;
  server.plays(Begin::ada_and_bob, R"(
    C2: b1 CREATE A
    S2: b1 OK ...
    C2: b2 CREATE B
    S2: b2 OK ...
    C2: b3 CREATE B/Inner
    S2: b3 OK ...
    C2: b4 SETACL A ada@example.org l
    S2: b4 OK ...
    C2: b5 SETACL B ada@example.org l
    S2: b5 OK ...
    C2: b6 SETACL B/Inner ada@example.org l
    S2: b6 OK ...
    C: a1 NOTIFY SET (subtree "Other Users" (MailboxName MessageNew MessageExpunge))
    S: * LIST (\HasNoChildren \NoAccess) "/" "Other Users/bob@example.org/A"
    S: * LIST (\HasChildren \NoAccess) "/" "Other Users/bob@example.org/B"
    S: * LIST (\HasNoChildren \NoAccess) "/" "Other Users/bob@example.org/B/Inner"
    S: a1 OK NOTIFY completed
    C: a2 APPEND INBOX {2}
    S: + ...
    C2: b7 RENAME B C
    S2: b7 OK ...
    C2: b8 RENAME A B
    S2: b8 OK ...
    C: hi
    S: * LIST (\HasNoChildren \NoAccess) "/" "Other Users/bob@example.org/B" ("OLDNAME" ("Other Users/bob@example.org/A"))
    S: * LIST (\HasChildren \NoAccess) "/" "Other Users/bob@example.org/C" ("OLDNAME" ("Other Users/bob@example.org/B"))
    S: * LIST (\HasNoChildren \NoAccess) "/" "Other Users/bob@example.org/C/Inner" ("OLDNAME" ("Other Users/bob@example.org/B/Inner"))
    S: a2 OK ...
    C2: b9 RENAME C D
    S2: b9 OK ...
    S: * LIST (\HasChildren \NoAccess) "/" "Other Users/bob@example.org/D" ("OLDNAME" ("Other Users/bob@example.org/C"))
    C2: c1 SETACL D/Inner ada@example.org lr
    S2: c1 OK ...
    S: * LIST (\HasNoChildren) "/" "Other Users/bob@example.org/D/Inner"
    C: a3 NOOP
    S: a3 OK ...
  )");
}

// Where nothing of messages is wanted, the right to read them is not missed.
BOOST_AUTO_TEST_CASE(the_right_to_read_is_no_matter_of_names) {
  MailServer server;
  server.plays(Begin::ada_and_bob, R"(
    C2: b1 SETACL INBOX ada@example.org lr
    S2: b1 OK ...
    C: a1 NOTIFY SET (subtree "Other Users" (MailboxName))
    S: a1 OK NOTIFY completed
    C2: b2 SETACL INBOX ada@example.org l
    S2: b2 OK ...
    C: a2 NOOP
    S: a2 OK NOOP completed
  )");
}

BOOST_AUTO_TEST_CASE(personal_folders_are_not_others) {
  MailServer server;
  server.plays(Begin::ada_and_bob, R"(
    C2: b1 SETACL INBOX ada@example.org lr
    S2: b1 OK ...
    C: a1 NOTIFY SET (personal (MailboxName MessageNew MessageExpunge)) (inboxes (MessageNew MessageExpunge))
    S: a1 OK NOTIFY completed
    C2: b2 SETACL Drafts ada@example.org lr
    S2: b2 OK ...
    C2: b3 APPEND INBOX {2+}
    C2: hi
    S2: b3 OK ...
    C: a2 NOOP
    S: a2 OK NOOP completed
  )");
}

// RFC 5465 6.4 and 5.5
BOOST_AUTO_TEST_CASE(subscriptions_to_others_folders_are_followed) {
  MailServer server;
  server.plays(Begin::ada_and_bob, R"(
    C2: b1 SETACL INBOX ada@example.org lr
    S2: b1 OK ...
    C: a1 NOTIFY SET (subscribed (SubscriptionChange MessageNew MessageExpunge))
    S: a1 OK NOTIFY completed
    C2: b2 APPEND INBOX {2+}
    C2: hi
    S2: b2 OK ...
    C3: c1 SUBSCRIBE "Other Users/bob@example.org/INBOX"
    S3: c1 OK ...
    S: * LIST (\HasNoChildren \Subscribed) "/" "Other Users/bob@example.org/INBOX"
    C2: b3 APPEND INBOX {2+}
    C2: hi
    S2: b3 OK ...
    S: * STATUS "Other Users/bob@example.org/INBOX" (UIDNEXT 3 MESSAGES 2)
    C3: c2 UNSUBSCRIBE "Other Users/bob@example.org/INBOX"
    S3: c2 OK ...
    S: * LIST (\HasNoChildren) "/" "Other Users/bob@example.org/INBOX"
    C2: b4 APPEND INBOX {2+}
    C2: hi
    S2: b4 OK ...
    C: a2 NOOP
    S: a2 OK NOOP completed
  )");
}

// Private ones of the owner are the owner's, and of the reader the reader's.
BOOST_AUTO_TEST_CASE(annotations_of_others_folders_are_told_as_far_as_they_are_shared) {
  MailServer server;
  server.plays(Begin::ada_and_bob, R"(
    C2: b1 SETACL INBOX ada@example.org lr
    S2: b1 OK ...
    C: a1 NOTIFY SET (mailboxes "Other Users/bob@example.org/INBOX" (MailboxMetadataChange))
    S: a1 OK NOTIFY completed
    C2: b2 SETMETADATA INBOX (/private/comment "of bob" /shared/comment "of both")
    S2: b2 OK ...
    S: * METADATA "Other Users/bob@example.org/INBOX" /shared/comment
    C2: b3 SETMETADATA INBOX (/private/comment "of bob alone")
    S2: b3 OK ...
    C3: c1 SETMETADATA "Other Users/bob@example.org/INBOX" (/private/comment "of ada")
    S3: c1 OK ...
    S: * METADATA "Other Users/bob@example.org/INBOX" /private/comment
    C: a2 SETMETADATA "Other Users/bob@example.org/INBOX" (/private/comment "mine")
    S: a2 OK ...
  )");
}

BOOST_AUTO_TEST_CASE(what_the_session_does_itself_is_not_told) {
  MailServer server;
  server.plays(Begin::ada_and_bob, R"(
    C2: b1 SETACL INBOX ada@example.org lrik
    S2: b1 OK ...
    C: a1 NOTIFY SET (subtree "Other Users" (MailboxName MessageNew MessageExpunge))
    S: a1 OK NOTIFY completed
    C: a2 APPEND "Other Users/bob@example.org/INBOX" {2+}
    C: hi
    S: a2 OK ...
    C: a3 CREATE "Other Users/bob@example.org/INBOX/Work"
    S: a3 OK ...
    C2: b2 APPEND INBOX {2+}
    C2: hi
    S2: b2 OK ...
    S: * STATUS "Other Users/bob@example.org/INBOX" (UIDNEXT 3 MESSAGES 2)
  )");
}

// The owner's roots deny: nothing of it is followed any more, and is again once they admit it.
BOOST_AUTO_TEST_CASE(it_ends_with_the_owners_access_and_comes_back_with_it) {
  MailServer server;
  server.separate(bob);
  auto ada = server.client(Begin::logged_in);
  const auto says = [&](const std::string& command) {
    ada->send("t " + command + "\r\n");
    std::string lines;
    for (auto line = ada->line(); !line.starts_with("t "); line = ada->line()) lines += line + '\n';
    return lines;
  };
  server.plays(R"(
    C: l LOGIN bob@example.org engine
    S: ...
    S: l OK ...
    C: b1 SETACL INBOX ada@example.org lr
    S: b1 OK ...
  )");
  says("NOTIFY SET (subtree \"Other Users\" (MessageNew MessageExpunge))");
  for (const auto& vault : {test_support::vault_a, test_support::vault_b})
    server.roots().steer(vault, test_support::FakeRoots::Mode::denied);
  server.advance(15 * 60);
  server.advance(15 * 60);
  BOOST_TEST(ada->line() ==
             "* LIST (\\NonExistent \\NoAccess) \"/\" \"Other Users/bob@example.org/INBOX\"");
  BOOST_TEST(says("NOOP") == "");
  for (const auto& vault : {test_support::vault_a, test_support::vault_b})
    server.roots().steer(vault, test_support::FakeRoots::Mode::ok);
  server.advance(15 * 60);
  BOOST_TEST(says("NOOP") ==
             "* LIST (\\HasNoChildren) \"/\" \"Other Users/bob@example.org/INBOX\"\n");
  server.deliver("Subject: one\r\n\r\nhello\r\n", bob);
  BOOST_TEST(ada->line() ==
             "* STATUS \"Other Users/bob@example.org/INBOX\" (UIDNEXT 2 MESSAGES 1)");
}

BOOST_AUTO_TEST_SUITE_END()
