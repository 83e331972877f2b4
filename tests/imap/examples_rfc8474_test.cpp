// RFC 8474 sections 4 to 6: OBJECTID. The example without THREADID is none of this server's, which
// always has one.
//
// Adapted: ids and UIDVALIDITY; STATUS comes after all of LIST. The RFC leaves out most of its
// messages: they are filled up to the size that it gives.

#include <boost/test/unit_test.hpp>

#include "imap/mime/prepare.h"
#include "imap/object_id.h"
#include "tests/support/examples.h"

BOOST_AUTO_TEST_SUITE(examples_rfc8474)

namespace {

using namespace test_support;

std::string id_of(MailServer& server, const std::string& folder) {
  const auto validity = static_cast<std::uint32_t>(std::stoul(uid_validity(server, folder)));
  return imap::mailbox_id(server.account().mailbox, validity);
}

struct Message {
  std::string tag;
  std::size_t size;
  std::string header;

  std::string octets() const {
    const auto begun = header + "\r\n";
    return begun + std::string(size - begun.size() - 2, 'x') + "\r\n";
  }
  std::string appended() const {
    std::string transcript = "C: " + tag + " append inbox \"20-Mar-2018 03:07:37 +1100\" {" +
                             std::to_string(size) + "}\nS: + ...\n";
    const auto all = octets();
    for (std::size_t at = 0; at < all.size();) {
      const auto end = all.find("\r\n", at);
      transcript += "C: " + all.substr(at, end - at) + "\n";
      at = end + 2;
    }
    return transcript + "C:\nS: " + tag + " OK [APPENDUID ...\n";
  }
  // Of what was appended so.
  std::string email_id() const {
    const auto text = summary();
    return imap::email_id(imap::mime::SummaryView(text), entry);
  }
  std::string thread_id() const {
    const auto text = summary();
    return imap::thread_id(imap::mime::SummaryView(text), entry);
  }

  std::string summary() const {
    return imap::mime::prepare(octets(), {}, entry.internal_date, entry.zone).summary;
  }
  storage::Entry entry{.internal_date = 1'521'475'657, .zone = 660};
};

const Message a{"5", 733,
                "Subject: Message A\r\nMessage-ID: <fake.1521475657.54797@example.com>\r\n"};
const Message b{"11", 793,
                "Subject: Re: Message A\r\nMessage-ID: <fake.1521475657.21213@example.org>\r\n"
                "References: <fake.1521475657.54797@example.com>\r\n"};
const Message c{"17", 736,
                "Subject: Message C\r\nMessage-ID: <fake.1521475657.60280@example.com>\r\n"};

std::string with_ids(std::string transcript) {
  const std::pair<const char*, std::string> ids[] = {
      {"M6d99ac3275bb4e", a.email_id()},  {"M288836c4c7a762", b.email_id()},
      {"M5fdc09b49ea703", c.email_id()},  {"T64b478a75b7ea9", a.thread_id()},
      {"T11863d02dd95b5", c.thread_id()},
  };
  for (const auto& [theirs, ours] : ids) transcript = with(std::move(transcript), theirs, ours);
  return transcript;
}

}  // namespace

// 4.1 to 4.3
BOOST_AUTO_TEST_CASE(mailboxid) {
  MailServer server;
  remove_default_folders(server);
  server.plays(Begin::logged_in, R"(
    C: 3 create foo
    S: 3 OK [MAILBOXID (F...)] ...
    C: 4 create bar
    S: 4 OK [MAILBOXID (F...)] ...
    C: 5 create foo
    S: 5 NO ...
  )");
  const std::string told = R"(
    C: 27 select "foo"
    S: ...
    S: * OK [MAILBOXID (F2212ea87-6097-4256-9d51-71338625)] ...
    S: ...
    S: 27 OK [READ-WRITE] ...
    C: 6 status foo (mailboxid)
    S: * STATUS foo (MAILBOXID (F2212ea87-6097-4256-9d51-71338625))
    S: 6 OK ...
    C: 7 status bar (mailboxid)
    S: * STATUS bar (MAILBOXID (F6352ae03-b7f5-463c-896f-d8b48ee3))
    S: 7 OK ...
    C: 8 rename foo renamed
    S: 8 OK ...
    C: 9 status renamed (mailboxid)
    S: * STATUS renamed (MAILBOXID (F2212ea87-6097-4256-9d51-71338625))
    S: 9 OK ...
    C: 10 status bar (mailboxid)
    S: * STATUS bar (MAILBOXID (F6352ae03-b7f5-463c-896f-d8b48ee3))
    S: 10 OK ...
    C: 11 list "" "*" return (status (mailboxid))
    S: * LIST (\HasNoChildren) "/" INBOX
    S: * LIST (\HasNoChildren) "/" bar
    S: * LIST (\HasNoChildren) "/" renamed
    S: * STATUS INBOX (MAILBOXID (Ff8e3ead4-9389-4aff-adb1-d8d89efd8cbf))
    S: * STATUS bar (MAILBOXID (F6352ae03-b7f5-463c-896f-d8b48ee3))
    S: * STATUS renamed (MAILBOXID (F2212ea87-6097-4256-9d51-71338625))
    S: 11 OK ...
  )";
  const auto foo = with(told, "F2212ea87-6097-4256-9d51-71338625", id_of(server, "foo"));
  const auto bar = with(foo, "F6352ae03-b7f5-463c-896f-d8b48ee3", id_of(server, "bar"));
  server.plays(Begin::logged_in,
               with(bar, "Ff8e3ead4-9389-4aff-adb1-d8d89efd8cbf", id_of(server, "INBOX")));
}

// 5.3 and 6
BOOST_AUTO_TEST_CASE(emailid_and_threadid) {
  MailServer server;
  create(server, {"foo"});
  server.plays(Begin::logged_in, a.appended() + b.appended() + c.appended());
  server.plays(Begin::in_inbox, with_ids(R"(
    C: 22 fetch 1:* (emailid threadid)
    S: * 1 FETCH (EMAILID (M6d99ac3275bb4e) THREADID (T64b478a75b7ea9))
    S: * 2 FETCH (EMAILID (M288836c4c7a762) THREADID (T64b478a75b7ea9))
    S: * 3 FETCH (EMAILID (M5fdc09b49ea703) THREADID (T11863d02dd95b5))
    S: 22 OK ...
    C: 27 search emailid M6d99ac3275bb4e
    S: * SEARCH 1
    S: 27 OK ...
    C: 28 search threadid T64b478a75b7ea9
    S: * SEARCH 1 2
    S: 28 OK ...
    C: 23 move 2 foo
    S: * OK [COPYUID ... 2 1] ...
    S: * 2 EXPUNGE
    S: 23 OK ...
    C: 24 fetch 1:* (emailid threadid)
    S: * 1 FETCH (EMAILID (M6d99ac3275bb4e) THREADID (T64b478a75b7ea9))
    S: * 2 FETCH (EMAILID (M5fdc09b49ea703) THREADID (T11863d02dd95b5))
    S: 24 OK ...
    C: 25 select "foo"
    S: ...
    S: 25 OK [READ-WRITE] ...
    C: 26 fetch 1:* (emailid threadid)
    S: * 1 FETCH (EMAILID (M288836c4c7a762) THREADID (T64b478a75b7ea9))
    S: 26 OK ...
  )"));
}

BOOST_AUTO_TEST_SUITE_END()
