// OBJECTID (RFC 8474), with the RFC's own dialogues.

#include "imap/object_id.h"

#include <boost/test/unit_test.hpp>
#include <set>

#include "imap/mime/prepare.h"
#include "tests/support/mail_server.h"

BOOST_AUTO_TEST_SUITE(object_id)

namespace {

using test_support::Begin;
using test_support::MailServer;

struct Ids {
  std::string email, thread;
};

Ids ids_of(const std::string& octets, UnixTime date = 1000, std::int16_t zone = 0) {
  const auto message = imap::mime::prepare(octets, {}, date, zone);
  const imap::mime::SummaryView summary(message.summary);
  const storage::Entry entry{.internal_date = date, .zone = zone};
  return {imap::email_id(summary, entry), imap::thread_id(summary, entry)};
}

const std::string first =
    "Subject: Message A\r\nMessage-ID: <fake.1521475657.54797@example.com>\r\n\r\na";
const std::string answer =
    "Subject: Re: Message A\r\nMessage-ID: <fake.1521475657.21213@example.org>\r\n"
    "References: <fake.1521475657.54797@example.com>\r\n\r\nb";
const std::string other =
    "Subject: Message C\r\nMessage-ID: <fake.1521475657.60280@example.com>\r\n\r\nc";

// What stands between parentheses after `name` in the answer to a command.
std::string asked(test_support::TestClient& client, const std::string& command,
                  const std::string& name) {
  client.send("x " + command + "\r\n");
  std::string found;
  for (auto line = client.line(); !line.starts_with("x "); line = client.line()) {
    const auto at = line.find(name + " (");
    if (at == std::string::npos) continue;
    const auto begin = at + name.size() + 2;
    found = line.substr(begin, line.find(')', begin) - begin);
  }
  return found;
}

}  // namespace

BOOST_AUTO_TEST_CASE(ids_are_safe_anywhere) {
  const auto ids = ids_of(first);
  for (const auto& id : {ids.email, ids.thread, imap::mailbox_id(MailboxId(7), 3857529045)}) {
    BOOST_TEST(id.size() <= imap::object_id_limit);
    BOOST_TEST(id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-", 1) ==
               std::string::npos);
  }
  BOOST_TEST(ids.email.size() == 33u);
  BOOST_TEST(ids.email[0] == 'M');
  BOOST_TEST(ids.thread[0] == 'T');
  BOOST_TEST(imap::mailbox_id(MailboxId(7), 3857529045) == "F7-3857529045");
}

BOOST_AUTO_TEST_CASE(what_never_changes_decides_emailid) {
  BOOST_TEST(ids_of(first).email == ids_of(first).email);
  BOOST_TEST(ids_of(first).email != ids_of(answer).email);
  BOOST_TEST(ids_of(first).email != ids_of(first, 1001).email);
  BOOST_TEST(ids_of(first).email != ids_of(first, 1000, 60).email);
}

BOOST_AUTO_TEST_CASE(threads_hang_from_the_first_message) {
  const auto thread = ids_of(first).thread;
  BOOST_TEST(ids_of(answer).thread == thread);
  BOOST_TEST(ids_of("Message-ID: <z@x>\r\nIn-Reply-To: <fake.1521475657.54797@example.com>\r\n\r\n")
                 .thread == thread);
  BOOST_TEST(ids_of("References: <fake.1521475657.54797@example.com> <y@x>\r\n\r\n").thread ==
             thread);
  BOOST_TEST(ids_of(other).thread != thread);
  const auto nameless = ids_of("Subject: no ids\r\n\r\n");
  BOOST_TEST(nameless.thread.substr(1) == nameless.email.substr(1));
  BOOST_TEST(ids_of("Subject: no ids, too\r\n\r\n").thread != nameless.thread);
}

BOOST_AUTO_TEST_CASE(messages_keep_theirs_when_they_are_copied_or_moved) {
  MailServer server;
  for (const auto* octets : {&first, &answer, &other}) server.deliver(*octets);
  auto client = server.client(Begin::in_inbox);
  const auto a = asked(*client, "FETCH 1 (EMAILID THREADID)", "EMAILID");
  const auto b = asked(*client, "FETCH 2 EMAILID", "EMAILID");
  const auto thread = asked(*client, "FETCH 2 (THREADID FLAGS)", "THREADID");
  BOOST_TEST(asked(*client, "FETCH 1 (FLAGS THREADID)", "THREADID") == thread);
  BOOST_TEST(asked(*client, "FETCH 3 THREADID", "THREADID") != thread);
  server.plays(
      Begin::in_inbox,
      "C: 27 search emailid " + a + "\nS: * SEARCH 1\nS: 27 OK ...\n" + "C: 28 search threadid " +
          thread + "\nS: * SEARCH 1 2\nS: 28 OK ...\n" + "C: 29 uid search not or threadid " +
          thread + " emailid " + b + "\nS: * SEARCH 3\nS: 29 OK ...\n" + "C: 30 search emailid X" +
          a + " text a\nS: * SEARCH\nS: 30 OK ...\n" + "C: 31 search emailid\nS: 31 BAD ...\n" +
          "C: 23 move 2 Archive\nS: ...\nS: 23 OK ...\n" +
          "C: 24 copy 1 Archive\nS: ...\nS: 24 OK ...\n" +
          "C: 25 select Archive\nS: ...\nS: 25 OK ...\n");
  asked(*client, "SELECT Archive", "MAILBOXID");
  BOOST_TEST(asked(*client, "FETCH 1 EMAILID", "EMAILID") == b);
  BOOST_TEST(asked(*client, "FETCH 2 EMAILID", "EMAILID") == a);
  BOOST_TEST(asked(*client, "FETCH 1 THREADID", "THREADID") == thread);
}

BOOST_AUTO_TEST_CASE(a_folder_keeps_its_id_when_it_is_renamed_and_nobody_gets_it_again) {
  MailServer server;
  auto client = server.client(Begin::logged_in);
  const auto foo = asked(*client, "create foo", "MAILBOXID");
  client->send("a1 create bar\r\n");
  const auto created = client->line();
  BOOST_TEST(created.starts_with("a1 OK [MAILBOXID (F"));
  const auto id = asked(*client, "status foo (mailboxid)", "MAILBOXID");
  BOOST_TEST(created.find(id) == std::string::npos);
  BOOST_TEST(asked(*client, "select foo", "MAILBOXID") == id);
  BOOST_TEST(asked(*client, "rename foo renamed", "MAILBOXID") == "");
  BOOST_TEST(asked(*client, "status renamed (messages mailboxid)", "MAILBOXID") == id);
  BOOST_TEST(asked(*client, "list \"\" renamed return (status (mailboxid))", "MAILBOXID") == id);
  asked(*client, "delete renamed", "");
  client->send("a2 create foo\r\n");
  for (auto line = client->line(); !line.starts_with("a2 "); line = client->line()) {
  }
  BOOST_TEST(asked(*client, "examine foo", "MAILBOXID") != id);
  std::set<std::string> all;
  for (const auto* name : {"INBOX", "Sent", "Drafts", "foo", "bar"})
    all.insert(asked(*client, std::string("status ") + name + " (mailboxid)", "MAILBOXID"));
  BOOST_TEST(all.size() == 5u);
  BOOST_TEST(foo == "");  // in the tagged reply
}

BOOST_AUTO_TEST_CASE(inbox_keeps_its_id_when_its_mail_is_renamed_away) {
  MailServer server;
  auto client = server.client(Begin::logged_in);
  const auto inbox = asked(*client, "status INBOX (mailboxid)", "MAILBOXID");
  asked(*client, "rename INBOX old", "");
  BOOST_TEST(asked(*client, "status INBOX (mailboxid)", "MAILBOXID") == inbox);
  BOOST_TEST(asked(*client, "status old (mailboxid)", "MAILBOXID") != inbox);
}

BOOST_AUTO_TEST_SUITE_END()
