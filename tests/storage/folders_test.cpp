// CREATE, DELETE and RENAME with messages in the folders.
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <thread>

#include "base/error.h"
#include "storage/sqlite.h"
#include "tests/support/storage_store.h"

using namespace storage_test;
using storage::SpecialUse;

namespace {

std::int64_t rows(Store& store, std::string_view sql) {
  storage::Connection connection(store.file(), storage::Connection::Mode::read);
  return connection.number(sql).value();
}

auto is(Fault fault) {
  return [fault](const Error& error) { return error.fault() == fault; };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(folders)

BOOST_AUTO_TEST_CASE(a_folder_made_anew_has_a_higher_uid_validity) {
  Store store;
  store->create_folder("a", SpecialUse::none, reading);
  const auto first = store.state("a").uid_validity;
  store->remove_folder("a", reading);
  store->create_folder("a", SpecialUse::none, reading);
  BOOST_TEST(store.state("a").uid_validity > first);
}

BOOST_AUTO_TEST_CASE(renaming_keeps_messages_and_uid_validity) {
  Store store;
  store->create_folder("a/b", SpecialUse::none, reading);
  store.add("hello", "a/b");
  const auto before = store.state("a/b").uid_validity;
  store->rename_folder("a", "c", reading);
  store.reopen();
  BOOST_TEST(store.state("c/b").uid_validity == before);
  BOOST_TEST(store.read(store.entries("c/b").at(0)) == "hello");
  BOOST_CHECK(store->tree()->find("a") == nullptr);
}

BOOST_AUTO_TEST_CASE(removing_a_folder_removes_its_messages_and_keys) {
  Store store;
  store->create_folder("a", SpecialUse::none, reading);
  store.add_many(100, "a");
  const auto copied = store.entries("a").at(5);
  const std::vector<Uid> uids{copied.uid};
  store->copy(store.folder("a"), uids, store.folder(), storage::all_flags, reading);
  store->remove_folder("a", reading);
  BOOST_TEST(store.read(store.entries().at(0)) == "message 5");
  for (const auto* sql : {"select count(*) from message", "select count(*) from message_key",
                          "select count(*) from derived", "select count(*) from body",
                          "select count(*) from folder_block"})
    BOOST_TEST(rows(store, sql) == 1, sql);
}

BOOST_AUTO_TEST_CASE(a_removed_folder_tells_its_watchers) {
  Store store;
  store->create_folder("a", SpecialUse::none, reading);
  store.add_many(2, "a");
  const auto watch = store->watch(store.folder("a"), storage::Recent::look, [] {});
  store->remove_folder("a", reading);
  const auto changes = watch->take();
  BOOST_TEST_REQUIRE(changes.size() == 1u);
  BOOST_TEST(changes[0]->expunged.size() == 2u);
}

BOOST_AUTO_TEST_CASE(renaming_inbox_moves_its_messages) {
  Store store;
  store->create_folder("INBOX/child", SpecialUse::none, reading);
  store.add("one");
  store.add("two");
  const auto before = store.state();
  store->rename_folder("inbox", "old", reading);
  BOOST_TEST(store.entries().empty());
  BOOST_TEST(store.state().messages == 0u);
  BOOST_TEST(store.state().uid_validity == before.uid_validity);
  BOOST_TEST(store.state().uid_next.value == before.uid_next.value);
  const auto moved = store.entries("old");
  BOOST_TEST_REQUIRE(moved.size() == 2u);
  BOOST_TEST(store.read(moved[1]) == "two");
  BOOST_CHECK(store->tree()->find("INBOX/child") != nullptr);
  BOOST_CHECK_EXCEPTION(store->rename_folder("INBOX", "old", reading), Error, is(Fault::exists));
}

BOOST_AUTO_TEST_CASE(a_refused_change_leaves_the_tree_as_it_was) {
  Store store;
  store->create_folder("a", SpecialUse::none, reading);
  const auto before = store->tree()->encoded();
  const auto folders = rows(store, "select count(*) from folder");
  BOOST_CHECK_THROW(store->create_folder("a", SpecialUse::none, reading), Error);
  BOOST_CHECK_THROW(store->create_folder("x//y", SpecialUse::none, reading), Error);
  BOOST_CHECK_THROW(store->create_folder("b", SpecialUse::sent, reading), Error);
  BOOST_CHECK_THROW(store->rename_folder("a", "a/b", reading), Error);
  BOOST_CHECK_THROW(store->rename_folder("", "b", reading), Error);
  BOOST_CHECK_THROW(store->remove_folder("INBOX", reading), Error);
  BOOST_CHECK_THROW(store->remove_folder("zzz", reading), Error);
  BOOST_CHECK(store->tree()->encoded() == before);
  BOOST_TEST(rows(store, "select count(*) from folder") == folders);
  store.reopen();
  BOOST_CHECK(store->tree()->encoded() == before);
}

BOOST_AUTO_TEST_CASE(subscriptions_are_kept) {
  Store store;
  store->subscribe("later", reading);
  store->unsubscribe("Junk", reading);
  store.reopen();
  BOOST_TEST(store->tree()->subscribed().contains("later"));
  BOOST_TEST(!store->tree()->subscribed().contains("Junk"));
}

BOOST_AUTO_TEST_CASE(states_are_read_at_once) {
  Store store;
  store.add("x", "Sent");
  const std::vector<FolderId> asked{store.folder("Sent"), store.folder("INBOX")};
  const auto states = store->states(asked, reading);
  BOOST_TEST_REQUIRE(states.size() == 2u);
  BOOST_CHECK(states[0].first == asked[0]);
  BOOST_TEST(states[0].second.messages == 1u);
  BOOST_TEST(states[1].second.messages == 0u);
}

// Each change of a name puts another tree in the place of the one that is gone through.
BOOST_AUTO_TEST_CASE(names_are_gone_through_while_they_change) {
  Store store;
  std::atomic<bool> done = false;
  std::thread other([&] {
    const auto go_on = [](const storage::IndexProgress&) { return true; };
    const auto no_briefs = [](std::string_view) { return storage::Briefs(); };
    while (!done) {
      store->usage(reading);
      store->keep_index(go_on, no_briefs, reading);
    }
  });
  for (int n = 0; n < 300; ++n)
    store->create_folder("a" + std::to_string(n), SpecialUse::none, reading);
  done = true;
  other.join();
  BOOST_TEST(store->usage(reading).folders > 300u);
}

BOOST_AUTO_TEST_SUITE_END()
