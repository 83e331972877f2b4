// Existing mail encrypted by the job: all of it, once, with its flags and dates; also after a cut.

#include "server/protection/conversion.h"

#include <boost/test/unit_test.hpp>

#include "imap/mime/prepare.h"
#include "imap/mime/protected.h"
#include "server/protection/preview.h"
#include "storage/sqlite.h"
#include "tests/support/installation.h"
#include "tests/support/recipient.h"

BOOST_AUTO_TEST_SUITE(conversion)

namespace {

using server::protection::Conversion;
using test_support::ada;
using test_support::Installation;

constexpr storage::Reason reading{crypto::Cause::fetch, crypto::Actor::service()};
constexpr auto system = crypto::ActorClass::system;

struct House : Installation {
  House() : Installation(std::chrono::seconds(900), std::chrono::seconds(0)) {
    mailboxes.encrypt_with(imap::mime::protect);
  }
  void fill(int count) {
    std::vector<storage::NewMessage> messages;
    for (int n = 1; n <= count; ++n) messages.push_back(imap::mime::prepare(text(n), {}, n, 0));
    const auto mailbox = mailboxes.open(account.mailbox, system);
    mailbox->append(mailbox->tree()->folder("INBOX"), std::move(messages), reading);
  }
  static std::string text(int n) {
    return "Subject: canary " + std::to_string(n) + "\r\n\r\nthe canary\r\n";
  }
  void protect() {
    conversion.set(
        account.mailbox,
        storage::Protection{.certificates = {ada().der()}, .since = clock.now(), .by = "a test"});
  }
  // Each message once, whatever its order, and none of them readable.
  void check_all(std::size_t count) {
    std::set<std::string> opened;
    const auto all = inbox(account);
    for (const auto& message : all) {
      BOOST_TEST(message.find("canary") == message.npos);
      opened.insert(ada().opened(message));
    }
    BOOST_TEST(all.size() == count);
    BOOST_TEST(opened.size() == count);
  }
  bool converted() { return directory.protection(account.mailbox)->converted; }
  std::int64_t rows(const std::string& table) {
    storage::Connection connection(
        data() / "mail" / std::to_string(record().database.value) / "store.db",
        storage::Connection::Mode::read);
    return connection.number("select count(*) from " + table).value();
  }
  storage::MailboxRecord record() { return directory.mailbox(account.mailbox); }

  storage::Account account = make_account("ada@example.org");
  Conversion conversion{directory, mailboxes, audit};
};

}  // namespace

BOOST_AUTO_TEST_CASE(all_that_is_there_is_encrypted) {
  House house;
  house.fill(20);
  const auto mailbox = house.mailboxes.open(house.account.mailbox, system);
  const auto inbox = mailbox->tree()->folder("INBOX");
  const Uid two[] = {Uid(2), Uid(3)};
  mailbox->store(inbox, two, storage::FlagMode::add,
                 {.system = storage::flagged, .keywords = {"$Work"}}, std::nullopt, reading);
  mailbox->copy(inbox, two, mailbox->tree()->folder("Archive"), storage::all_flags, reading);
  BOOST_TEST(server::protection::survey(*mailbox, crypto::Actor::service()).readable() == 22u);
  BOOST_CHECK(!house.conversion.progress(house.account.mailbox));
  house.protect();
  BOOST_TEST(house.conversion.progress(house.account.mailbox).has_value());
  BOOST_TEST(!house.converted());
  house.conversion.pass({});
  BOOST_TEST(house.converted());
  BOOST_CHECK(!house.conversion.progress(house.account.mailbox));
  house.check_all(20);
  const auto survey = server::protection::survey(*mailbox, crypto::Actor::service());
  BOOST_TEST(survey.messages == 22u);
  BOOST_TEST(survey.encrypted == 22u);
  const auto state = mailbox->state(inbox, reading);
  BOOST_TEST(state.messages == 20u);
  BOOST_TEST(state.uid_next.value == 41u);
  std::size_t flagged = 0;
  for (const auto& entry : mailbox->select(inbox, storage::Mailbox::Recent::look, reading).entries)
    flagged += (entry.flags.system & storage::flagged) != 0 && entry.flags.has_keyword(0) ? 1 : 0;
  BOOST_TEST(flagged == 2u);
  // Their former keys are destroyed, and so is all that was derived.
  BOOST_TEST(house.rows("message_key") == 22);
  BOOST_TEST(house.rows("derived") == 22);
  BOOST_TEST(house.rows("body") == 22);
  const auto told = house.audit.events("mailbox converted");
  BOOST_REQUIRE(told.size() == 1u);
  BOOST_TEST(told.front().details.front().second == "22");
  house.conversion.pass({});
  BOOST_TEST(house.audit.events("mailbox converted").size() == 1u);
}

BOOST_AUTO_TEST_CASE(after_a_cut_it_goes_on_and_does_nothing_twice) {
  House house;
  house.fill(12);
  house.protect();
  {
    std::stop_source source;
    std::jthread cutter([&] {
      while (true) {
        const auto progress = house.conversion.progress(house.account.mailbox);
        if (!progress || progress->encrypted >= 4) break;
        std::this_thread::yield();
      }
      source.request_stop();
    });
    house.conversion.pass(source.get_token());
  }
  BOOST_TEST(!house.converted());
  const auto half = house.mailboxes.open(house.account.mailbox, system);
  const auto encrypted = server::protection::survey(*half, crypto::Actor::service()).encrypted;
  BOOST_TEST(encrypted >= 4u);
  BOOST_TEST(encrypted < 12u);
  const auto inbox = half->tree()->folder("INBOX");
  Conversion again(house.directory, house.mailboxes, house.audit);
  again.pass({});
  BOOST_TEST(house.converted());
  house.check_all(12);
  BOOST_TEST(half->state(inbox, reading).uid_next.value == 25u);
}

BOOST_AUTO_TEST_CASE(it_waits_for_the_key) {
  House house;
  house.fill(2);
  house.assign(house.account, house.make_dep("Contoso").name);
  house.mailboxes.open(house.account.mailbox, system);  // moved
  house.protect();
  house.mailboxes.close_idle();
  house.clock.advance(3600);
  house.mailboxes.close_idle();
  for (const auto& vault : {test_support::vault_a, test_support::vault_b})
    house.roots.steer(vault, test_support::FakeRoots::Mode::denied);
  for (const auto& entry : std::filesystem::directory_iterator(house.keys()))
    if (entry.path().filename().string().starts_with("availability"))
      std::filesystem::remove(entry);
  house.conversion.pass({});
  BOOST_TEST(!house.conversion.progress(house.account.mailbox)->waits_for.empty());
  for (const auto& vault : {test_support::vault_a, test_support::vault_b})
    house.roots.steer(vault, test_support::FakeRoots::Mode::ok);
  house.clock.advance(60);
  house.conversion.pass({});
  BOOST_TEST(house.converted());
  house.check_all(2);
}

BOOST_AUTO_TEST_CASE(what_a_change_means_is_said) {
  using server::protection::effects_of;
  const storage::Protection some{.certificates = {ada().der()}, .since = 1, .by = "x"};
  const server::protection::Survey survey{.messages = 9, .encrypted = 2};
  const auto into = effects_of(std::nullopt, some, survey);
  BOOST_TEST(into.gained.back().starts_with("7 messages"));
  BOOST_TEST(into.lost.size() == 4u);
  BOOST_TEST(into.undo.starts_with("cannot be undone"));
  BOOST_TEST(effects_of(some, std::nullopt, survey).undo.starts_with("2 messages stay encrypted"));
  BOOST_TEST(effects_of(some, some, survey).lost.front().find("former private keys") !=
             std::string::npos);
  BOOST_TEST(effects_of(std::nullopt, std::nullopt, {}).undo == "nothing changes");
  BOOST_TEST(effects_of(std::nullopt, some, {}).gained.back().starts_with("all messages"));
}

BOOST_AUTO_TEST_SUITE_END()
