// ESEARCH (RFC 7377): many folders in one command.

#include <boost/test/unit_test.hpp>

#include "imap/mime/prepare.h"
#include "tests/support/mail_server.h"

namespace {

using test_support::Begin;
using test_support::MailServer;

constexpr storage::Reason writing{crypto::Cause::deliver, crypto::Actor::service()};

// Into a folder, which is made if need be; its messages have the subjects given.
void fill(MailServer& server, const std::string& folder, const std::vector<std::string>& subjects,
          const std::string& account = "ada@example.org") {
  const auto mailbox = server.mailbox(account);
  if (mailbox->tree()->find(folder) == nullptr)
    mailbox->create_folder(folder, storage::SpecialUse::none, writing);
  std::vector<storage::NewMessage> messages;
  for (const auto& subject : subjects)
    messages.push_back(
        imap::mime::prepare("Subject: " + subject + "\r\n\r\nx\r\n", {}, 1'700'000'000, 0));
  mailbox->append(mailbox->tree()->folder(folder), std::move(messages), writing);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(multisearch)

// RFC 7377 section 3.
BOOST_AUTO_TEST_CASE(as_the_rfc_has_it) {
  MailServer server;
  fill(server, "folder1", {"chad", "other"});
  fill(server, "folder2/banana", {"none"});
  fill(server, "folder2/peach", {"chad", "chad", "none"});
  fill(server, "folder2/salmon/deep", {"chad"});
  server.plays(Begin::logged_in, R"(
    C: tag1 ESEARCH IN (mailboxes "folder1" subtree "folder2") unseen
    C: tag2 ESEARCH IN (mailboxes "folder1" subtree-one "folder2") subject "chad"
    S: * ESEARCH (TAG "tag1" MAILBOX folder1 UIDVALIDITY ...) UID ALL 1:2
    S: * ESEARCH (TAG "tag1" MAILBOX folder2/banana UIDVALIDITY ...) UID ALL 1
    S: * ESEARCH (TAG "tag1" MAILBOX folder2/peach UIDVALIDITY ...) UID ALL 1:3
    S: * ESEARCH (TAG "tag1" MAILBOX folder2/salmon/deep UIDVALIDITY ...) UID ALL 1
    S: tag1 OK ESEARCH completed
    S: * ESEARCH (TAG "tag2" MAILBOX folder1 UIDVALIDITY ...) UID ALL 1
    S: * ESEARCH (TAG "tag2" MAILBOX folder2/peach UIDVALIDITY ...) UID ALL 1:2
    S: tag2 OK ESEARCH completed
  )");
}

// RFC 7377 section 2, of SEARCH, too: there need be no messages of such numbers.
BOOST_AUTO_TEST_CASE(a_window_may_go_beyond_the_end) {
  MailServer server;
  fill(server, "INBOX", {"frobozz", "none"});
  server.plays(Begin::in_inbox, R"(
    C: tag1 ESEARCH SUBJECT "frobozz" 1:100
    S: * ESEARCH (TAG "tag1" MAILBOX INBOX UIDVALIDITY ...) UID ALL 1
    S: tag1 OK ESEARCH completed
    C: tag2 ESEARCH SUBJECT "frobozz" 101:200
    S: tag2 OK ESEARCH completed
    C: tag3 UID SEARCH SUBJECT "frobozz" 1:100
    S: * SEARCH 1
    S: tag3 OK SEARCH completed
    C: tag4 SEARCH SUBJECT "frobozz" 101:200
    S: * SEARCH
    S: tag4 OK SEARCH completed
  )");
}

BOOST_AUTO_TEST_CASE(sources_name_what_they_say) {
  MailServer server;
  server.deliver("Subject: in the inbox\r\n\r\nx\r\n");
  fill(server, "INBOX/below", {"a"});
  fill(server, "t&m", {"a"});
  server.plays(Begin::logged_in, R"(
    C: a1 ESEARCH IN (inboxes) ALL
    S: * ESEARCH (TAG "a1" MAILBOX INBOX UIDVALIDITY ...) UID ALL 1
    S: a1 OK ESEARCH completed
    C: a2 ESEARCH IN (personal) RETURN (COUNT) ALL
    S: * ESEARCH (TAG "a2" MAILBOX INBOX UIDVALIDITY ...) UID COUNT 1
    S: * ESEARCH (TAG "a2" MAILBOX INBOX/below UIDVALIDITY ...) UID COUNT 1
    S: * ESEARCH (TAG "a2" MAILBOX t&-m UIDVALIDITY ...) UID COUNT 1
    S: a2 OK ESEARCH completed
    C: a3 ESEARCH IN (subscribed) ALL
    S: * ESEARCH (TAG "a3" MAILBOX INBOX UIDVALIDITY ...) UID ALL 1
    S: a3 OK ESEARCH completed
    C: a4 SUBSCRIBE t&-m
    S: a4 OK ...
    C: a5 ESEARCH IN (subscribed mailboxes (inbox t&-m) subtree "inbox") RETURN (MIN) ALL
    S: * ESEARCH (TAG "a5" MAILBOX INBOX UIDVALIDITY ...) UID MIN 1
    S: * ESEARCH (TAG "a5" MAILBOX INBOX/below UIDVALIDITY ...) UID MIN 1
    S: * ESEARCH (TAG "a5" MAILBOX t&-m UIDVALIDITY ...) UID MIN 1
    S: a5 OK ESEARCH completed
    C: a6 ESEARCH IN (mailboxes ("no such" "*" "a//b")) ALL
    S: a6 OK ESEARCH completed
    C: a7 ESEARCH IN (mailboxes INBOX) FUZZY SUBJECT "the imbox"
    S: * ESEARCH (TAG "a7" MAILBOX INBOX UIDVALIDITY ...) UID ALL 1
    S: a7 OK ESEARCH completed
    C: a8 ESEARCH IN (personal) SUBJECT nothing
    S: a8 OK ESEARCH completed
    C: a9 ESEARCH IN (mailboxes INBOX) RETURN (PARTIAL 1:10) 1:100
    S: * ESEARCH (TAG "a9" MAILBOX INBOX UIDVALIDITY ...) UID PARTIAL (1:10 1)
    S: a9 OK ESEARCH completed
  )");
}

BOOST_AUTO_TEST_CASE(the_selected_folder_is_searched_as_it_is_known) {
  MailServer server;
  fill(server, "INBOX", {"a", "b"});
  fill(server, "other", {"b"});
  server.plays(Begin::in_inbox, R"(
    C: a1 ESEARCH SUBJECT b
    S: * ESEARCH (TAG "a1" MAILBOX INBOX UIDVALIDITY ...) UID ALL 2
    S: a1 OK ESEARCH completed
    C: a2 ESEARCH RETURN (SAVE ALL) SUBJECT b
    S: * ESEARCH (TAG "a2" MAILBOX INBOX UIDVALIDITY ...) UID ALL 2
    S: a2 OK ESEARCH completed
    C: a3 SEARCH $
    S: * SEARCH 2
    S: a3 OK SEARCH completed
    C: a4 ESEARCH IN (selected personal) SUBJECT b
    S: * ESEARCH (TAG "a4" MAILBOX INBOX UIDVALIDITY ...) UID ALL 2
    S: * ESEARCH (TAG "a4" MAILBOX other UIDVALIDITY ...) UID ALL 1
    S: a4 OK ESEARCH completed
    C: a5 ESEARCH IN (mailboxes (INBOX other)) UID $
    S: * ESEARCH (TAG "a5" MAILBOX INBOX UIDVALIDITY ...) UID ALL 2
    S: a5 OK ESEARCH completed
    C: a6 ESEARCH IN (personal) RETURN (COUNT) MODSEQ 1
    S: * OK [HIGHESTMODSEQ ...] ...
    S: * ESEARCH (TAG "a6" MAILBOX INBOX UIDVALIDITY ...) UID COUNT 2 MODSEQ ...
    S: * ESEARCH (TAG "a6" MAILBOX other UIDVALIDITY ...) UID COUNT 1 MODSEQ ...
    S: a6 OK ESEARCH completed
  )");
}

BOOST_AUTO_TEST_CASE(what_makes_no_sense_is_bad) {
  MailServer server;
  server.plays(Begin::logged_in, R"(
    C: a1 ESEARCH ALL
    S: a1 BAD no folder is selected
    C: a2 ESEARCH IN (selected) ALL
    S: a2 BAD no folder is selected
    C: a3 ESEARCH IN (selected-delayed) ALL
    S: a3 BAD selected-delayed is for NOTIFY
    C: a4 ESEARCH IN (personal) RETURN (SAVE) ALL
    S: a4 BAD SAVE is for the selected folder alone
    C: a5 ESEARCH IN (everywhere) ALL
    S: a5 BAD there is no such mailbox specifier
    C: a6 ESEARCH IN (personal (x y)) ALL
    S: a6 BAD there are no scope options
    C: a7 ESEARCH IN (personal) RETURN (RELEVANCY) ALL
    S: a7 BAD RELEVANCY goes with a FUZZY search key
    C: a8 ESEARCH IN (subtree) ALL
    S: a8 BAD ...
    C: a9 ESEARCH IN personal ALL
    S: a9 BAD ...
    C: b1 ESEARCH IN (personal) CHARSET x-none ALL
    S: b1 NO [BADCHARSET (US-ASCII UTF-8)] ...
    C: b2 ESEARCH IN (personal)
    S: b2 BAD ...
  )");
}

// RFC 7377 2.2: `r` is wanted, and `l` of what is not named itself.
BOOST_AUTO_TEST_CASE(folders_of_others_are_searched_where_they_may_be_read) {
  MailServer server;
  fill(server, "INBOX", {"a"}, "bob@example.org");
  fill(server, "Work/x", {"a"}, "bob@example.org");
  fill(server, "Work/y", {"a"}, "bob@example.org");
  fill(server, "Work/z", {"a"}, "bob@example.org");
  server.plays(Begin::ada_and_bob, R"(
    C2: b1 SETACL INBOX ada@example.org lr
    S2: b1 OK ...
    C2: b2 SETACL Work/x ada@example.org l
    S2: b2 OK ...
    C2: b3 SETACL Work/y ada@example.org r
    S2: b3 OK ...
    C2: b4 SETACL Work/z ada@example.org lr
    S2: b4 OK ...
    C: a1 ESEARCH IN (mailboxes ("Other Users/bob@example.org/INBOX" "Other Users/bob@example.org/Work/x" "Other Users/bob@example.org/Work/y")) ALL
    S: * ESEARCH (TAG "a1" MAILBOX "Other Users/bob@example.org/INBOX" UIDVALIDITY ...) UID ALL 1
    S: * ESEARCH (TAG "a1" MAILBOX "Other Users/bob@example.org/Work/y" UIDVALIDITY ...) UID ALL 1
    S: a1 OK ESEARCH completed
    C: a2 ESEARCH IN (subtree "Other Users/bob@example.org/Work" personal) ALL
    S: * ESEARCH (TAG "a2" MAILBOX "Other Users/bob@example.org/Work/z" UIDVALIDITY ...) UID ALL 1
    S: a2 OK ESEARCH completed
    C2: b5 DELETEACL INBOX ada@example.org
    S2: b5 OK ...
    C: a3 ESEARCH IN (mailboxes "Other Users/bob@example.org/INBOX") ALL
    S: a3 OK ESEARCH completed
  )");
}

BOOST_AUTO_TEST_CASE(a_search_of_many_folders_takes_them_one_by_one) {
  MailServer server;
  std::string expected;
  for (int n = 100; n < 300; ++n) {
    const auto name = "f" + std::to_string(n);
    fill(server, name, {n % 2 == 0 ? "even" : "odd"});
    if (n % 2 == 0)
      expected += "    S: * ESEARCH (TAG \"a1\" MAILBOX " + name + " UIDVALIDITY ...) UID ALL 1\n";
  }
  server.plays(Begin::logged_in, "    C: a1 ESEARCH IN (personal) SUBJECT even\n" + expected +
                                     "    S: a1 OK ESEARCH completed\n");
}

BOOST_AUTO_TEST_SUITE_END()
