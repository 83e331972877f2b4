// A message in the place of another (RFC 8508), and messages by their UID.
#include <boost/test/unit_test.hpp>

#include "base/error.h"
#include "storage/sqlite.h"
#include "tests/support/storage_store.h"

using namespace storage_test;

namespace {

std::int64_t keys_in(const Store& store) {
  storage::Connection connection(store.file(), storage::Connection::Mode::read);
  return connection.number("select count(*) from message_key").value();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(replace)

BOOST_AUTO_TEST_CASE(the_new_one_comes_and_the_old_one_goes_with_its_key) {
  Store store;
  store.add("old");
  store.add("other");
  const auto appended =
      store->replace(store.folder(), Uid(1), store.folder(), sample_message("new"), reading);
  BOOST_REQUIRE(appended);
  BOOST_TEST(appended->uid_validity == store.state().uid_validity);
  const auto entries = store.entries();
  BOOST_REQUIRE(entries.size() == 2u);
  BOOST_TEST(entries[0].uid.value == 2u);
  BOOST_TEST(entries[1].uid.value == 3u);
  BOOST_TEST(store.read(entries[1]) == "new");
  BOOST_TEST(store.state().messages == 2u);
  store.reopen();
  BOOST_TEST(store.read(store.entries().at(1)) == "new");
  BOOST_TEST(keys_in(store) == 2);
}

BOOST_AUTO_TEST_CASE(it_may_come_into_another_folder_and_be_big) {
  Store store;
  store.add("old");
  const auto big = sample_octets(5'000'000);
  BOOST_TEST(
      store->replace(store.folder(), Uid(1), store.folder("Sent"), sample_message(big), reading)
          .has_value());
  BOOST_TEST(store.entries().empty());
  BOOST_TEST((store.read(store.entry(Uid(1), "Sent")) == big));
}

BOOST_AUTO_TEST_CASE(without_the_old_one_nothing_is_done) {
  Store store;
  store.add("old");
  const auto big = sample_octets(5'000'000);
  BOOST_TEST(
      !store->replace(store.folder(), Uid(2), store.folder("Sent"), sample_message(big), reading));
  BOOST_TEST(store.entries().size() == 1u);
  BOOST_TEST(store.entries("Sent").empty());
  BOOST_CHECK_THROW(
      store->replace(store.folder(), Uid(1), FolderId(999), sample_message("new"), reading), Error);
  BOOST_TEST(store.entries().size() == 1u);
  store.reopen();  // what went ahead of the big one is swept
  BOOST_TEST(keys_in(store) == 1);
}

// RFC 8508 3.4: the quota is asked for the difference alone, of big messages too.
BOOST_AUTO_TEST_CASE(room_is_what_the_old_one_leaves) {
  Store store;
  store.add(sample_octets(3'000'000));
  store->set_limits({.octets = 3'000'000});
  const auto replaced = [&](std::size_t size) {
    return store->replace(store.folder(), store.entries().at(0).uid, store.folder(),
                          sample_message(sample_octets(size, 2)), reading);
  };
  BOOST_TEST(replaced(3'000'000).has_value());
  BOOST_CHECK_EXCEPTION(replaced(3'000'001), Error,
                        [](const Error& error) { return error.fault() == Fault::over_quota; });
  BOOST_REQUIRE(store.entries().size() == 1u);
  BOOST_TEST((store.read(store.entries().at(0)) == sample_octets(3'000'000, 2)));
}

BOOST_AUTO_TEST_CASE(a_message_is_found_by_its_uid) {
  Store store;
  const auto uids = store.add_many(70);
  const auto [validity, entry] = store->find(store.folder(), uids[66], reading);
  BOOST_TEST(validity == store.state().uid_validity);
  BOOST_REQUIRE(entry);
  BOOST_CHECK(entry->uid == uids[66]);
  BOOST_CHECK(entry->message == store.entry(uids[66]).message);
  BOOST_TEST(!store->find(store.folder(), Uid(71), reading).second);
  BOOST_TEST(!store->find(store.folder(), Uid(0), reading).second);
  BOOST_TEST(!store->find(store.folder(), Uid(4'000'000), reading).second);
  BOOST_CHECK_THROW(store->find(FolderId(999), Uid(1), reading), Error);
}

BOOST_AUTO_TEST_SUITE_END()
