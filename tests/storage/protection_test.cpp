// The doorway, messages that are protected afterwards, and the record in directory.db.

#include "storage/protection.h"

#include <boost/test/unit_test.hpp>
#include <thread>

#include "base/error.h"
#include "storage/sqlite.h"
#include "tests/support/installation.h"
#include "tests/support/storage_store.h"

using namespace storage_test;
using storage::NewMessage;
using storage::Protect;

namespace {

const auto protect = std::make_shared<const Protect>([](NewMessage message) {
  if (message.octets.starts_with("protected ")) return message;
  auto made = sample_message("protected " + message.octets);
  made.flags = message.flags;
  made.internal_date = message.internal_date;
  made.zone = message.zone;
  return made;
});

std::int64_t keys_in(const Store& store) {
  storage::Connection connection(store.file(), storage::Connection::Mode::read);
  return connection.number("select count(*) from message_key").value();
}

const storage::Protection some{.certificates = {Bytes{1, 2}, Bytes{3}},
                               .since = 1'700'000'000,
                               .by = "ada",
                               .converted = true};

}  // namespace

BOOST_AUTO_TEST_SUITE(protection)

BOOST_AUTO_TEST_CASE(no_message_comes_in_but_as_it_is_made) {
  Store store;
  store.add("before");
  store->protect_with(protect);
  BOOST_TEST(store->is_protected());
  store.add("one");
  store->replace(store.folder(), Uid(2), store.folder(), sample_message("two"), reading);
  const auto other = store.other(MailboxId(77));
  other->append(other->tree()->folder("INBOX"), {sample_message("three")}, reading);
  store->copy_from(
      *other,
      other->select(other->tree()->folder("INBOX"), storage::Mailbox::Recent::look, reading)
          .entries.copied(),
      store.folder(), storage::all_flags, reading);
  const auto entries = store.entries();
  BOOST_REQUIRE(entries.size() == 3u);
  BOOST_TEST(store.read(entries[0]) == "before");
  BOOST_TEST(store.read(entries[1]) == "protected two");
  BOOST_TEST(store.read(entries[2]) == "protected three");
  BOOST_TEST(store.summaries().back() == summary_of("protected three"));
  store->protect_with(nullptr);
  store.add("after");
  BOOST_TEST(store.read(store.entries().back()) == "after");
}

BOOST_AUTO_TEST_CASE(where_it_cannot_be_made_nothing_is_stored) {
  Store store;
  store->protect_with(std::make_shared<const Protect>(
      [](NewMessage) -> NewMessage { throw Error(Fault::unavailable, "no"); }));
  BOOST_CHECK_THROW(store.add("one"), Error);
  BOOST_TEST(store.entries().empty());
}

// What is set waits for what is on its way.
BOOST_AUTO_TEST_CASE(once_it_is_set_nothing_else_comes) {
  Store store;
  std::atomic<bool> is_set = false, stop = false;
  std::vector<std::thread> writers;
  for (int n = 0; n < 3; ++n)
    writers.emplace_back([&] {
      while (!stop) {
        const bool after = is_set;
        const auto uid = store.add(after ? "after" : "before");
        if (after) BOOST_TEST(store.read(store.entry(uid)) == "protected after");
      }
    });
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  store->protect_with(protect);
  const auto there = store.entries().size();
  is_set = true;
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  stop = true;
  for (auto& writer : writers) writer.join();
  const auto entries = store.entries();
  for (std::size_t n = there; n < entries.size(); ++n)
    BOOST_TEST(store.read(entries[n]).starts_with("protected "));
}

BOOST_AUTO_TEST_CASE(a_message_is_protected_afterwards_in_its_place) {
  Store store;
  auto message = sample_message("one");
  message.internal_date = 1'600'000'000;
  message.zone = 120;
  message.flags = {.system = storage::flagged, .keywords = {"$Work"}};
  store->append(store.folder(), {std::move(message)}, reading);
  store->copy(store.folder(), std::vector<Uid>{Uid(1)}, store.folder("Archive"), storage::all_flags,
              reading);
  const auto before = store.entry(Uid(1));
  BOOST_TEST(keys_in(store) == 1);
  store->protect_with(protect);
  BOOST_TEST(store->protect(store.folder(), Uid(1), reading).value().value == 2u);
  const auto entries = store.entries();
  BOOST_REQUIRE(entries.size() == 1u);
  const auto& after = entries.front();
  BOOST_TEST(store.read(after) == "protected one");
  BOOST_TEST(after.size == 13u);
  BOOST_CHECK(after.flags == before.flags);
  BOOST_TEST(after.internal_date == before.internal_date);
  BOOST_TEST(after.zone == before.zone);
  BOOST_TEST(after.saved == before.saved);
  BOOST_TEST(keys_in(store) == 2);  // the copy still has the old one
  BOOST_TEST(store->protect(store.folder("Archive"), Uid(1), reading).has_value());
  BOOST_TEST(keys_in(store) == 2);
  // Done already; gone.
  BOOST_TEST(!store->protect(store.folder(), Uid(2), reading));
  BOOST_TEST(!store->protect(store.folder(), Uid(1), reading));
  BOOST_TEST(store.state().messages == 1u);
}

BOOST_AUTO_TEST_CASE(the_record_is_kept_and_goes_with_the_account) {
  test_support::Installation house;
  auto& directory = house.directory;
  BOOST_CHECK_THROW(directory.set_protection(MailboxId(9), some), Error);
  const auto account = house.make_account("ada");
  BOOST_CHECK(!directory.protection(account.mailbox));
  const auto changes = directory.changes();
  directory.set_protection(account.mailbox, some);
  BOOST_TEST(directory.changes() > changes);
  BOOST_CHECK(directory.protection(account.mailbox) == some);
  BOOST_TEST(directory.protected_mailboxes().size() == 1u);
  directory.set_protection(account.mailbox, std::nullopt);
  BOOST_CHECK(!directory.protection(account.mailbox));
  directory.set_protection(account.mailbox, some);
  directory.remove_account(account.id);
  BOOST_TEST(directory.protected_mailboxes().empty());
}

BOOST_AUTO_TEST_CASE(its_form_is_that_of_the_format_page) {
  const auto hex = to_hex(storage::encoded(some));
  BOOST_TEST(hex == "010101000000006553f10000036164610200020102000103");
  BOOST_CHECK(storage::decoded_protection(from_hex(hex)) == some);
  for (const auto* wrong : {"", "02", "0102",
                            "01010100000000655"
                            "3f100000361646100",
                            "010101000000006553f1000003616461020002010200010300"})
    BOOST_CHECK_THROW(storage::decoded_protection(from_hex(wrong)), Error);
}

BOOST_AUTO_TEST_SUITE_END()
