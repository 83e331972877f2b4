// CREATE, DELETE, RENAME, SUBSCRIBE, UNSUBSCRIBE, LIST, LSUB, STATUS (behaviours 8, 30 to 35).

#include <boost/test/unit_test.hpp>

#include "tests/support/mail_server.h"

BOOST_AUTO_TEST_SUITE(folders)

namespace {

using test_support::Begin;
using test_support::MailServer;

std::string uid_validity(MailServer& server, const std::string& folder) {
  auto client = server.client(Begin::logged_in);
  client->send("a STATUS " + folder + " (UIDVALIDITY)\r\n");
  return client->line();
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_new_mailbox_has_its_special_folders_each_use_once_in_plain_list) {
  MailServer server;
  server.plays(Begin::logged_in, R"(
    C: a1 LIST "" *
    S: * LIST (\HasNoChildren) "/" INBOX
    S: * LIST (\HasNoChildren \Archive) "/" Archive
    S: * LIST (\HasNoChildren \Drafts) "/" Drafts
    S: * LIST (\HasNoChildren \Junk) "/" Junk
    S: * LIST (\HasNoChildren \Sent) "/" Sent
    S: * LIST (\HasNoChildren \Trash) "/" Trash
    S: a1 OK LIST completed
    C: a2 LSUB "" *
    S: ...
    S: * LSUB (\HasNoChildren \Trash) "/" Trash
    S: a2 OK LSUB completed
    C: a3 LIST "" ""
    S: * LIST (\Noselect) "/" ""
    S: a3 OK LIST completed
  )");
}

BOOST_AUTO_TEST_CASE(inbox_is_found_in_any_case_and_cannot_be_deleted) {
  MailServer server;
  server.plays(Begin::logged_in, R"(
    C: a1 LIST "" inbox
    S: * LIST (\HasNoChildren) "/" INBOX
    S: a1 OK LIST completed
    C: a2 SELECT inBox
    S: ...
    S: a2 OK [READ-WRITE] SELECT completed
    C: a3 DELETE INBOX
    S: a3 NO ...
    C: a4 CREATE inbox
    S: a4 NO [ALREADYEXISTS] ...
  )");
}

BOOST_AUTO_TEST_CASE(list_with_status_gives_one_status_for_each_selectable_folder) {
  MailServer server;
  server.deliver("Subject: one\r\n\r\nhello\r\n");
  server.plays(Begin::logged_in, R"(
    C: a1 CREATE Work/2025
    S: a1 OK [MAILBOXID (...)] CREATE completed
    C: a2 LIST "" (INBOX Work*) RETURN (SPECIAL-USE STATUS (UNSEEN MESSAGES))
    S: * LIST (\HasNoChildren) "/" INBOX
    S: * LIST (\Noselect \HasChildren \NonExistent) "/" Work
    S: * LIST (\HasNoChildren) "/" Work/2025
    S: * STATUS INBOX (UNSEEN 1 MESSAGES 1)
    S: * STATUS Work/2025 (UNSEEN 0 MESSAGES 0)
    S: a2 OK LIST completed
  )");
}

BOOST_AUTO_TEST_CASE(status_gives_the_very_items_asked_also_for_the_selected_folder) {
  MailServer server;
  server.deliver("Subject: one\r\n\r\nhello\r\n");
  server.plays(Begin::logged_in, R"(
    C: a1 STATUS INBOX (UNSEEN UIDNEXT MESSAGES RECENT)
    S: * STATUS INBOX (UNSEEN 1 UIDNEXT 2 MESSAGES 1 RECENT 1)
    S: a1 OK STATUS completed
    C: a2 SELECT INBOX
    S: ...
    S: a2 OK ...
    C: a3 STATUS INBOX (messages)
    S: * STATUS INBOX (MESSAGES 1)
    S: a3 OK STATUS completed
    C: a4 STATUS INBOX (SIZE)
    S: * STATUS INBOX (SIZE 23)
    S: a4 OK STATUS completed
    C: a5 STATUS Nowhere (MESSAGES)
    S: a5 NO [NONEXISTENT] ...
    C: a6 STATUS INBOX (NONSENSE)
    S: a6 BAD ...
    C: a7 STATUS INBOX ()
    S: a7 BAD ...
  )");
}

BOOST_AUTO_TEST_CASE(names_in_modified_utf7_come_back_the_same_and_broken_ones_make_no_folder) {
  MailServer server;
  server.plays(Begin::logged_in, R"(
    C: a1 CREATE Entw&APw-rfe
    S: a1 OK [MAILBOXID (...)] CREATE completed
    C: a2 CREATE "A&-B"
    S: a2 OK [MAILBOXID (...)] CREATE completed
    C: a3 LIST "" %&*
    S: * LIST (\HasNoChildren) "/" A&-B
    S: * LIST (\HasNoChildren) "/" Entw&APw-rfe
    S: a3 OK LIST completed
    C: a4 CREATE A&B
    S: a4 BAD ...
    C: a5 CREATE "a//b"
    S: a5 NO [CANNOT] ...
    C: a6 CREATE {5+}
    C: Caf\xc3
    S: a6 BAD ...
  )");
}

BOOST_AUTO_TEST_CASE(utf8_names_are_refused_while_it_is_not_enabled) {
  MailServer server;
  auto client = server.client(Begin::logged_in);
  client->send("a CREATE \"Entw\xc3\xbcrfe\"\r\n");
  BOOST_TEST(client->line().starts_with("a BAD"));
}

BOOST_AUTO_TEST_CASE(create_makes_parents_that_cannot_be_selected) {
  MailServer server;
  server.plays(Begin::logged_in, R"(
    C: a1 CREATE Work/2025/May/
    S: a1 OK [MAILBOXID (...)] CREATE completed
    C: a2 SELECT Work
    S: a2 NO ...
    C: a3 CREATE Work/2025/May
    S: a3 NO [ALREADYEXISTS] ...
    C: a4 CREATE Work
    S: a4 OK [MAILBOXID (...)] CREATE completed
    C: a5 SELECT Work
    S: ...
    S: a5 OK [READ-WRITE] SELECT completed
  )");
}

BOOST_AUTO_TEST_CASE(a_use_is_given_to_one_folder_only) {
  MailServer server;
  server.plays(Begin::logged_in, R"(
    C: a1 CREATE Gone (USE (\Sent))
    S: a1 NO [USEATTR] ...
    C: a2 DELETE Sent
    S: a2 OK DELETE completed
    C: a3 CREATE Gone (USE (\Sent))
    S: a3 OK [MAILBOXID (...)] CREATE completed
    C: a4 LIST (SPECIAL-USE) "" Gone
    S: * LIST (\HasNoChildren \Sent) "/" Gone
    S: a4 OK LIST completed
    C: a5 CREATE X (USE (\Nonsense))
    S: a5 NO [USEATTR] ...
    C: a7 CREATE X (USE (\Drafts \Junk))
    S: a7 NO [USEATTR] ...
    C: a6 CREATE X (FOO (\Sent))
    S: a6 BAD ...
  )");
}

BOOST_AUTO_TEST_CASE(delete_keeps_children_and_the_name_of_their_parent) {
  MailServer server;
  server.plays(Begin::logged_in, R"(
    C: a1 CREATE Work
    C: a2 CREATE Work/2025
    C: a3 DELETE Work
    S: a1 OK [MAILBOXID (...)] CREATE completed
    S: a2 OK [MAILBOXID (...)] CREATE completed
    S: a3 OK DELETE completed
    C: a4 LIST "" Work*
    S: * LIST (\Noselect \HasChildren) "/" Work
    S: * LIST (\HasNoChildren) "/" Work/2025
    S: a4 OK LIST completed
    C: a5 DELETE Nowhere
    S: a5 NO [NONEXISTENT] ...
  )");
}

BOOST_AUTO_TEST_CASE(rename_takes_children_along_and_keeps_mail_and_uid_validity) {
  MailServer server;
  server.plays(Begin::logged_in, R"(
    C: a1 CREATE Work
    C: a2 CREATE Work/2025
    S: a1 OK [MAILBOXID (...)] CREATE completed
    S: a2 OK [MAILBOXID (...)] CREATE completed
  )");
  const auto before = uid_validity(server, "Work/2025");
  server.plays(Begin::logged_in, R"(
    C: a1 RENAME Work Old/Work
    S: a1 OK RENAME completed
    C: a2 LIST "" *Work*
    S: * LIST (\HasChildren) "/" Old/Work
    S: * LIST (\HasNoChildren) "/" Old/Work/2025
    S: a2 OK LIST completed
    C: a3 RENAME Nowhere There
    S: a3 NO [NONEXISTENT] ...
    C: a4 RENAME Old/Work Sent
    S: a4 NO [ALREADYEXISTS] ...
    C: a5 RENAME Old/Work Old/Work/Deeper
    S: a5 NO ...
  )");
  const auto after = uid_validity(server, "Old/Work/2025");
  BOOST_TEST(before.substr(before.find('(')) == after.substr(after.find('(')));
}

BOOST_AUTO_TEST_CASE(rename_of_inbox_moves_its_mail_and_leaves_it_empty) {
  MailServer server;
  server.deliver("Subject: one\r\n\r\nhello\r\n");
  server.plays(Begin::logged_in, R"(
    C: a1 RENAME INBOX Old
    S: a1 OK RENAME completed
    C: a2 STATUS INBOX (MESSAGES)
    S: * STATUS INBOX (MESSAGES 0)
    S: a2 OK STATUS completed
    C: a3 STATUS Old (MESSAGES)
    S: * STATUS Old (MESSAGES 1)
    S: a3 OK STATUS completed
  )");
}

BOOST_AUTO_TEST_CASE(uid_validity_changes_when_a_folder_is_made_again_and_not_at_a_restart) {
  MailServer server;
  server.plays(Begin::logged_in, "C: a1 CREATE Work\nS: a1 OK ...");
  const auto first = uid_validity(server, "Work");
  server.restart();
  BOOST_TEST(uid_validity(server, "Work") == first);
  server.plays(Begin::logged_in, R"(
    C: a1 DELETE Work
    C: a2 CREATE Work
    S: a1 OK ...
    S: a2 OK ...
  )");
  BOOST_TEST(uid_validity(server, "Work") != first);
}

BOOST_AUTO_TEST_CASE(subscriptions_outlive_their_folders) {
  MailServer server;
  server.plays(Begin::logged_in, R"(
    C: a1 CREATE Work/2025
    C: a2 SUBSCRIBE Work/2025
    C: a3 DELETE Work/2025
    S: a1 OK ...
    S: a2 OK SUBSCRIBE completed
    S: a3 OK ...
    C: a4 LSUB "" Work*
    S: * LSUB () "/" Work/2025
    S: a4 OK LSUB completed
    C: a5 LSUB "" %
    S: ...
    S: * LSUB (\Noselect) "/" Work
    S: a5 OK LSUB completed
    C: a6 UNSUBSCRIBE Work/2025
    S: a6 OK UNSUBSCRIBE completed
    C: a7 LSUB "" Work*
    S: a7 OK LSUB completed
    C: a8 LIST (SUBSCRIBED) "" INBOX
    S: * LIST (\HasNoChildren \Subscribed) "/" INBOX
    S: a8 OK LIST completed
  )");
}

// RFC 3501 6.3.8 and 6.3.9.
BOOST_AUTO_TEST_CASE(an_empty_pattern_asks_for_the_separator) {
  MailServer server;
  server.plays(Begin::logged_in, R"(
    C: a1 LSUB "" ""
    S: * LSUB (\Noselect) "/" ""
    S: a1 OK LSUB completed
    C: a2 LSUB Work ""
    S: * LSUB (\Noselect) "/" ""
    S: a2 OK LSUB completed
    C: a3 LIST Work ""
    S: * LIST (\Noselect) "/" ""
    S: a3 OK LIST completed
  )");
}

BOOST_AUTO_TEST_SUITE_END()
