// Annotations (RFC 5464), special uses as such (RFC 6154 section 4), LIST with them (RFC 9590).

#include "imap/metadata.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/mail_server.h"

BOOST_AUTO_TEST_SUITE(metadata)

namespace {

using imap::BadSyntax;
using imap::Request;
using test_support::Begin;
using test_support::MailServer;

std::string answered(const std::string& arguments, const storage::Annotations& annotations) {
  Request request("a GETMETADATA " + arguments);
  const auto answer = imap::entry_answer(imap::read_get_metadata(request).query, annotations);
  return answer.list + (answer.longest_left_out ? " ..." + std::to_string(*answer.longest_left_out)
                                                : std::string());
}

}  // namespace

// RFC 5464 4.2 and 4.3, in their order.
BOOST_AUTO_TEST_CASE(the_examples_of_the_rfc) {
  MailServer server;
  server.plays(Begin::logged_in, R"(
    C: a SETMETADATA INBOX (/private/comment {33+}
    C: My new comment across
    C: two lines.)
    S: a OK SETMETADATA completed
    C: a GETMETADATA "INBOX" /private/comment
    S: * METADATA INBOX (/private/comment {33}
    S: My new comment across
    S: two lines.)
    S: a OK GETMETADATA completed
    C: a SETMETADATA INBOX (/private/comment NIL)
    S: a OK SETMETADATA completed
    C: a SETMETADATA INBOX (/private/comment "My own comment" /shared/comment "Shared comment")
    S: a OK SETMETADATA completed
    C: a GETMETADATA "INBOX" (/shared/comment /private/comment)
    S: * METADATA INBOX (/shared/comment "Shared comment" /private/comment "My own comment")
    S: a OK GETMETADATA completed
    C: a GETMETADATA "INBOX" /private/comment /shared/comment
    S: * METADATA INBOX (/private/comment "My own comment" /shared/comment "Shared comment")
    S: a OK GETMETADATA completed
    C: a SETMETADATA INBOX (/shared/comment "This one is longer than sixteen octets")
    S: a OK SETMETADATA completed
    C: a GETMETADATA "INBOX" (MAXSIZE 16) (/shared/comment /private/comment)
    S: * METADATA INBOX (/private/comment "My own comment")
    S: a OK [METADATA LONGENTRIES 38] GETMETADATA completed
    C: a SETMETADATA INBOX (/private/filters/values/small "SMALLER 5000" /private/filters/values/boss "FROM \"boss@example.com\"")
    S: a OK SETMETADATA completed
    C: a GETMETADATA "INBOX" (DEPTH 1) (/private/filters/values)
    S: * METADATA INBOX (/private/filters/values/boss "FROM \"boss@example.com\"" /private/filters/values/small "SMALLER 5000")
    S: a OK GETMETADATA completed
  )");
}

BOOST_AUTO_TEST_CASE(depth_and_maxsize_say_which_entries_are_given) {
  const storage::Annotations annotations{{"/private/a", "1"},
                                         {"/private/a/b", "22"},
                                         {"/private/a/b/c", "333"},
                                         {"/private/ab", "4"},
                                         {"/shared/a", "5"}};
  const std::pair<const char*, const char*> rows[] = {
      {"x /private/a", "/private/a \"1\""},
      {"x /private/none", "/private/none NIL"},
      {"x (DEPTH 0) /private/a", "/private/a \"1\""},
      {"x (DEPTH 1) /private/a", "/private/a \"1\" /private/a/b \"22\""},
      {"x (DEPTH infinity) /private/a",
       "/private/a \"1\" /private/a/b \"22\" /private/a/b/c \"333\""},
      {"x (DEPTH 1) /private/none", ""},
      {"x (DEPTH 1) (/private /shared)", "/private/a \"1\" /private/ab \"4\" /shared/a \"5\""},
      {"x (MAXSIZE 2 DEPTH infinity) /private/a", "/private/a \"1\" /private/a/b \"22\" ...3"},
      {"(DEPTH infinity MAXSIZE 0) x /private/a", " ...3"},
      {"x (/PRIVATE/A \"/shared/a\")", "/private/a \"1\" /shared/a \"5\""},
  };
  for (const auto& [asked, answer] : rows)
    BOOST_TEST(answered(asked, annotations) == answer, asked);
}

// RFC 5464 3.2: "Invalid entry names result in a BAD response".
BOOST_AUTO_TEST_CASE(names_that_no_entry_can_have_are_bad) {
  for (const char* name : {"comment", "/comment", "/other/a", "/private", "/private/",
                           "/private//a", "\"/private/a*\"", "\"/private/%\"", "/private/vendor",
                           "/private/vendor/token", "/privately/a"}) {
    Request request("a SETMETADATA x (" + std::string(name) + " \"v\")");
    BOOST_CHECK_THROW(imap::read_set_metadata(request), BadSyntax);
  }
  Request longest("a GETMETADATA x /private/" + std::string(991, 'a'));
  BOOST_TEST(imap::read_get_metadata(longest).query.names[0].size() == 1000u);
  Request longer("a GETMETADATA x /private/" + std::string(992, 'a'));
  BOOST_CHECK_THROW(imap::read_get_metadata(longer), BadSyntax);
  Request vendor("a SETMETADATA x (/private/vendor/token/a \"v\")");
  BOOST_TEST(imap::read_set_metadata(vendor).changes.size() == 1u);
}

BOOST_AUTO_TEST_CASE(senseless_commands_are_bad_and_the_session_lives_on) {
  MailServer server;
  server.plays(Begin::logged_in, R"(
    C: a1 GETMETADATA INBOX
    S: a1 BAD ...
    C: a2 GETMETADATA INBOX (DEPTH 2) /private/a
    S: a2 BAD ...
    C: a3 GETMETADATA INBOX (WIDTH 2) /private/a
    S: a3 BAD ...
    C: a4 GETMETADATA INBOX (MAXSIZE) /private/a
    S: a4 BAD ...
    C: a5 SETMETADATA INBOX /private/a "x"
    S: a5 BAD ...
    C: a6 SETMETADATA INBOX (/private/a)
    S: a6 BAD ...
    C: a7 SETMETADATA INBOX (/private/a x)
    S: a7 BAD ...
    C: a8 SETMETADATA INBOX (/private/a "x""/private/b" "y")
    S: a8 BAD ...
    C: a9 GETMETADATA INBOX /private/a
    S: * METADATA INBOX (/private/a NIL)
    S: a9 OK ...
  )");
}

BOOST_AUTO_TEST_CASE(values_are_octets_also_nul) {
  MailServer server;
  auto client = server.client(Begin::logged_in);
  client->send(std::string("a SETMETADATA INBOX (/private/a ~{4+}\r\n\0\r\n\xff)\r\n", 46));
  BOOST_TEST(client->line() == "a OK SETMETADATA completed");
  client->send("b GETMETADATA INBOX /private/a\r\n");
  BOOST_TEST(client->line() == "* METADATA INBOX (/private/a ~{4}");
  BOOST_TEST(client->line() == std::string("\0", 1));
  BOOST_TEST(client->line() == "\xff)");
  BOOST_TEST(client->line() == "b OK GETMETADATA completed");
}

BOOST_AUTO_TEST_CASE(empty_is_a_value_and_nil_is_none) {
  MailServer server;
  server.plays(Begin::logged_in, R"(
    C: a1 SETMETADATA INBOX (/private/a "")
    S: a1 OK ...
    C: a2 GETMETADATA INBOX /private/a
    S: * METADATA INBOX (/private/a "")
    S: a2 OK ...
    C: a3 SETMETADATA INBOX (/PRIVATE/A NIL)
    S: a3 OK ...
    C: a4 GETMETADATA INBOX /private/a
    S: * METADATA INBOX (/private/a NIL)
    S: a4 OK ...
  )");
}

BOOST_AUTO_TEST_CASE(the_server_has_entries_of_the_user_and_of_its_administrator) {
  MailServer server({.notes = {.admin = "mailto:root@example.org", .comment = ""}});
  server.plays(R"(
    C: a LOGIN ada@example.org engine
    S: ...
    S: a OK ...
    C: a1 GETMETADATA "" (/shared/admin /shared/comment)
    S: * METADATA "" (/shared/admin "mailto:root@example.org" /shared/comment NIL)
    S: a1 OK ...
    C: a2 SETMETADATA "" (/shared/admin "mailto:ada@example.org")
    S: a2 NO [NOPERM] ...
    C: a3 SETMETADATA "" (/shared/vendor/x/y "z")
    S: a3 NO [NOPERM] ...
    C: a4 SETMETADATA "" (/private/vendor/x/y "mine")
    S: a4 OK ...
    C: a5 GETMETADATA (DEPTH infinity) "" (/private /shared)
    S: * METADATA "" (/private/vendor/sealpost/protection "managed: ..." /private/vendor/x/y "mine" /shared/admin "mailto:root@example.org")
    S: a5 OK ...
    C2: b LOGIN bob@example.org engine
    S2: ...
    S2: b OK ...
    C2: b1 GETMETADATA "" /private/vendor/x/y
    S2: * METADATA "" (/private/vendor/x/y NIL)
    S2: b1 OK ...
  )");
}

BOOST_AUTO_TEST_CASE(one_that_fails_leaves_the_others_as_they_were) {
  MailServer server;
  server.plays(Begin::logged_in, R"(
    C: a1 SETMETADATA INBOX (/private/a "before")
    S: a1 OK ...
    C: a2 SETMETADATA INBOX (/private/a "after" /private/specialuse "\\Nonsense")
    S: a2 NO [CANNOT] ...
    C: a3 SETMETADATA Nowhere (/private/a "after")
    S: a3 NO [NONEXISTENT] ...
    C: a4 GETMETADATA INBOX /private/a
    S: * METADATA INBOX (/private/a "before")
    S: a4 OK ...
    C: a5 GETMETADATA Nowhere /private/a
    S: a5 NO [NONEXISTENT] ...
  )");
}

BOOST_AUTO_TEST_CASE(too_big_and_too_many_say_so) {
  MailServer server;
  auto client = server.client(Begin::logged_in);
  client->send("a1 SETMETADATA INBOX (/private/a {65536+}\r\n" + std::string(65536, 'x') + ")\r\n");
  BOOST_TEST(client->line() == "a1 OK SETMETADATA completed");
  client->send("a2 SETMETADATA INBOX (/private/a {65537+}\r\n" + std::string(65537, 'x') + ")\r\n");
  BOOST_TEST(client->line().starts_with("a2 NO [METADATA MAXSIZE 65536] "));
  client->send("a3 SETMETADATA INBOX (/private/a {65537}\r\n");
  BOOST_TEST(client->line().starts_with("a3 NO [METADATA MAXSIZE 65536] "));
  std::string many;
  for (std::size_t n = 0; n < storage::annotation_limit; ++n)
    many += (n ? " /private/n" : "/private/n") + std::to_string(n) + " \"\"";
  client->send("a4 SETMETADATA INBOX (" + many + ")\r\n");
  BOOST_TEST(client->line().starts_with("a4 NO [METADATA TOOMANY] "));
}

BOOST_AUTO_TEST_CASE(annotations_follow_a_rename_and_go_with_their_folder) {
  MailServer server;
  server.plays(Begin::logged_in, R"(
    C: a1 CREATE Work
    S: a1 OK ...
    C: a2 SETMETADATA Work (/shared/comment "of work")
    S: a2 OK ...
    C: a3 RENAME Work Play
    S: a3 OK ...
    C: a4 GETMETADATA Play /shared/comment
    S: * METADATA Play (/shared/comment "of work")
    S: a4 OK ...
    C: a5 DELETE Play
    S: a5 OK ...
    C: a6 CREATE Play
    S: a6 OK ...
    C: a7 GETMETADATA Play /shared/comment
    S: * METADATA Play (/shared/comment NIL)
    S: a7 OK ...
  )");
}

// RFC 6154 5.4
BOOST_AUTO_TEST_CASE(a_special_use_is_read_and_moved) {
  MailServer server;
  server.plays(Begin::logged_in, R"(
    C: t1 CREATE SavedDrafts
    S: t1 OK ...
    C: t2 GETMETADATA "Drafts" /private/specialuse
    S: * METADATA Drafts (/private/specialuse "\\Drafts")
    S: t2 OK ...
    C: t3 SETMETADATA "SavedDrafts" (/private/specialuse "\\Drafts")
    S: * METADATA Drafts (/private/specialuse NIL)
    S: t3 OK ...
    C: t4 SETMETADATA "Sent" (/private/specialuse NIL)
    S: t4 OK ...
    C: t5 LIST "" (Drafts SavedDrafts Sent)
    S: * LIST (\HasNoChildren) "/" Drafts
    S: * LIST (\HasNoChildren \Drafts) "/" SavedDrafts
    S: * LIST (\HasNoChildren) "/" Sent
    S: t5 OK ...
    C: t6 SETMETADATA "Sent" (/private/specialuse "\\All")
    S: t6 NO [CANNOT] ...
  )");
}

// RFC 9590 section 3.1
BOOST_AUTO_TEST_CASE(list_gives_annotations_too) {
  MailServer server;
  server.plays(Begin::logged_in, R"(
    C: a1 CREATE foo/sub
    S: a1 OK ...
    C: a2 CREATE foo
    S: a2 OK ...
    C: a3 CREATE bar/sub
    S: a3 OK ...
    C: a4 SETMETADATA INBOX (/shared/vendor/cmu/cyrus-imapd/color "#b71c1c")
    S: a4 OK ...
    C: a5 LIST "" (INBOX foo bar) RETURN (METADATA ("/shared/vendor/cmu/cyrus-imapd/color"))
    S: * LIST (\HasNoChildren) "/" INBOX
    S: * METADATA INBOX (/shared/vendor/cmu/cyrus-imapd/color "#b71c1c")
    S: * LIST (\Noselect \HasChildren \NonExistent) "/" bar
    S: * LIST (\HasChildren) "/" foo
    S: * METADATA foo (/shared/vendor/cmu/cyrus-imapd/color NIL)
    S: a5 OK ...
    C: a6 SUBSCRIBE foo/sub
    S: a6 OK ...
    C: a7 LIST (SUBSCRIBED RECURSIVEMATCH) "" (INBOX foo) RETURN (METADATA /shared/comment STATUS (MESSAGES))
    S: * LIST (\HasNoChildren \Subscribed) "/" INBOX
    S: * METADATA INBOX (/shared/comment NIL)
    S: * LIST (\HasChildren) "/" foo ("CHILDINFO" ("SUBSCRIBED"))
    S: * STATUS INBOX (MESSAGES 0)
    S: a7 OK ...
    C: a8 LIST "" Drafts RETURN (METADATA (/private/specialuse))
    S: * LIST (\HasNoChildren \Drafts) "/" Drafts
    S: * METADATA Drafts (/private/specialuse "\\Drafts")
    S: a8 OK ...
    C: a9 LIST "" Drafts RETURN (METADATA)
    S: a9 BAD ...
  )");
}

// ---- the ledger of crossings, as the mailbox's owner sees it

BOOST_AUTO_TEST_CASE(owners_read_who_opened_their_mail) {
  MailServer server({.ledger = true});
  server.deliver("Subject: hello\r\n\r\nhello\r\n");
  server.plays(Begin::logged_in, R"(
    C: a SELECT INBOX
    S: ...
    S: a OK ...
    C: a FETCH 1 BODY.PEEK[]
    S: ...
    S: a OK FETCH completed
  )");
  auto client = server.client(Begin::logged_in);
  client->send("a GETMETADATA \"\" /private/vendor/sealpost/ledger\r\n");
  std::string answer;
  for (auto line = client->line(); !line.starts_with("a "); line = client->line())
    answer += line + '\n';
  BOOST_TEST(answer.find("you: fetch ") != std::string::npos, answer);
  BOOST_TEST(answer.find("the service: deliver ") != std::string::npos, answer);
}

BOOST_AUTO_TEST_CASE(nobody_writes_the_ledger_and_notices_are_monthly_or_none) {
  MailServer server({.ledger = true});
  server.plays(Begin::logged_in, R"(
    C: a SETMETADATA "" (/private/vendor/sealpost/ledger "I never read it")
    S: a NO ...
    C: a GETMETADATA "" /private/vendor/sealpost/ledger-notice
    S: * METADATA "" (/private/vendor/sealpost/ledger-notice NIL)
    S: a OK GETMETADATA completed
    C: a SETMETADATA "" (/private/vendor/sealpost/ledger-notice "weekly")
    S: a NO [CANNOT] A ledger notice comes "monthly" or not at all: set it to that, or to NIL
    C: a SETMETADATA "" (/private/vendor/sealpost/ledger-notice "monthly" /private/comment "mine")
    S: a OK SETMETADATA completed
    C: a GETMETADATA "" (/private/vendor/sealpost/ledger-notice /private/comment)
    S: * METADATA "" (/private/vendor/sealpost/ledger-notice "monthly" /private/comment "mine")
    S: a OK GETMETADATA completed
    C: a SETMETADATA "" (/private/vendor/sealpost/ledger-notice NIL)
    S: a OK SETMETADATA completed
    C: a GETMETADATA "" /private/vendor/sealpost/ledger-notice
    S: * METADATA "" (/private/vendor/sealpost/ledger-notice NIL)
    S: a OK GETMETADATA completed
  )");
}

BOOST_AUTO_TEST_SUITE_END()
