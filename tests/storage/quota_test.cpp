// Quotas: what a mailbox may hold is checked by its writer, and counted exactly.

#include "storage/quota.h"

#include <boost/test/unit_test.hpp>
#include <thread>

#include "base/error.h"
#include "storage/arrivals.h"
#include "storage/sqlite.h"
#include "tests/support/storage_store.h"

using namespace storage;
using namespace storage_test;

namespace {

// The example of crypto/FORMAT.md section 7.
constexpr std::string_view quota_hex =
    "01"
    "020000000280000000"
    "010000000000000000"
    "000000000000000000";

auto is(Fault fault) {
  return [fault](const Error& error) { return error.fault() == fault; };
}

void check_over(Store& store, std::string octets) {
  BOOST_CHECK_EXCEPTION(store.add(std::move(octets)), Error, is(Fault::over_quota));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(quota)

BOOST_AUTO_TEST_CASE(a_quota_is_stored_as_written_down) {
  const Quota quota{.octets = {Allowance::Kind::limited, std::uint64_t{10} << 30},
                    .messages = {Allowance::Kind::unlimited, 0}};
  const auto bytes = encoded(quota);
  BOOST_TEST(to_hex(bytes) == quota_hex);
  BOOST_CHECK(decoded_quota(bytes) == quota);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    BOOST_CHECK_EXCEPTION(decoded_quota(ByteView(bytes).first(size)), Error, is(Fault::corrupt));
  auto unknown = bytes;
  unknown[1] = 3;
  BOOST_CHECK_EXCEPTION(decoded_quota(unknown), Error, is(Fault::corrupt));
}

BOOST_AUTO_TEST_CASE(what_is_not_said_of_a_mailbox_is_the_default) {
  const QuotaLimits defaults{.octets = 100, .messages = 10, .folders = std::nullopt};
  BOOST_CHECK(Quota{}.limits(defaults) == defaults);
  const Quota quota{.octets = {Allowance::Kind::unlimited, 0},
                    .folders = {Allowance::Kind::limited, 7}};
  const QuotaLimits expected{.octets = std::nullopt, .messages = 10, .folders = 7};
  BOOST_CHECK(quota.limits(defaults) == expected);
}

BOOST_AUTO_TEST_CASE(room_is_up_to_the_limit_and_not_beyond) {
  const Usage used{.octets = 90, .messages = 9, .folders = 6};
  const QuotaLimits limits{.octets = 100, .messages = 10, .folders = 6};
  require_room(limits, used, {.octets = 10, .messages = 1});
  BOOST_CHECK_EXCEPTION(require_room(limits, used, {.octets = 11}), Error, is(Fault::over_quota));
  BOOST_CHECK_EXCEPTION(require_room(limits, used, {.messages = 2}), Error, is(Fault::over_quota));
  BOOST_CHECK_EXCEPTION(require_room(limits, used, {.folders = 1}), Error, is(Fault::over_quota));
  BOOST_CHECK_EXCEPTION(require_room(limits, used, {.octets = UINT64_MAX}), Error,
                        is(Fault::over_quota));
  require_room({.octets = 1}, used, {.octets = 0, .messages = 1});  // nothing is added to it
}

BOOST_AUTO_TEST_CASE(usage_is_exact_through_everything_that_changes_it) {
  Store store;
  store.add(std::string(1000, 'a'));
  store->set_limits({.octets = 1'000'000, .messages = 1000, .folders = 100});
  store.add(std::string(500, 'b'));
  BOOST_CHECK((store->usage(reading) == Usage{.octets = 1500, .messages = 2, .folders = 6}));
  store->copy(store.folder(), std::vector{Uid(1)}, store.folder("Sent"), all_flags, reading);
  BOOST_CHECK((store->usage(reading) == Usage{.octets = 2500, .messages = 3, .folders = 6}));
  store->move(store.folder(), std::vector{Uid(2)}, store.folder("Trash"), all_flags, reading);
  BOOST_CHECK((store->usage(reading) == Usage{.octets = 2500, .messages = 3, .folders = 6}));
  store.flag({Uid(1)}, deleted);
  store->expunge(store.folder(), std::nullopt, reading);
  store->remove_folder("Sent", reading);
  BOOST_CHECK((store->usage(reading) == Usage{.octets = 500, .messages = 1, .folders = 5}));
  // What the writer has counted since agrees: exactly so much has room.
  store->set_limits({.octets = 1000, .messages = 2, .folders = 100});
  check_over(store, std::string(501, 'x'));
  store.add(std::string(500, 'x'));
  check_over(store, "x");
}

BOOST_AUTO_TEST_CASE(what_failed_is_not_counted) {
  Store store;
  store->set_limits({.octets = 1000, .messages = std::nullopt, .folders = std::nullopt});
  for (int n = 0; n < 3; ++n) check_over(store, std::string(1001, 'a'));
  std::vector<NewMessage> messages{sample_message(std::string(600, 'a')),
                                   sample_message(std::string(600, 'b'))};
  BOOST_CHECK_EXCEPTION(store->append(store.folder(), messages, reading), Error,
                        is(Fault::over_quota));
  BOOST_TEST(store.entries().empty());
  store.add(std::string(1000, 'a'));
}

BOOST_AUTO_TEST_CASE(many_writers_at_once_do_not_get_beyond_it) {
  Store store;
  store->set_limits({.octets = std::nullopt, .messages = 50, .folders = std::nullopt});
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int n = 0; n < 30; ++n) try {
          store.add("message");
        } catch (const Error&) {
        }
    });
  for (auto& thread : threads) thread.join();
  BOOST_TEST(store.entries().size() == 50u);
}

BOOST_AUTO_TEST_CASE(a_big_message_beyond_it_leaves_nothing_behind) {
  Store store;
  store->set_limits({.octets = 1'000'000, .messages = std::nullopt, .folders = std::nullopt});
  check_over(store, sample_octets(5'000'000));
  store.close();
  storage::Connection connection(store.file(), storage::Connection::Mode::read);
  BOOST_TEST(connection.number("select count(*) from body").value() == 0);
}

BOOST_AUTO_TEST_CASE(moving_to_the_trash_and_deleting_go_on_over_quota) {
  Store store;
  store.add("one");
  store->set_limits({.octets = 1, .messages = 1, .folders = 1});
  BOOST_CHECK_EXCEPTION(
      store->copy(store.folder(), std::vector{Uid(1)}, store.folder("Trash"), all_flags, reading),
      Error, is(Fault::over_quota));
  BOOST_CHECK_EXCEPTION(store->create_folder("more", SpecialUse::none, reading), Error,
                        is(Fault::over_quota));
  BOOST_CHECK_EXCEPTION(store->rename_folder("INBOX", "more", reading), Error,
                        is(Fault::over_quota));
  store->move(store.folder(), std::vector{Uid(1)}, store.folder("Trash"), all_flags, reading);
  store.flag({Uid(1)}, deleted, "Trash");
  store->expunge(store.folder("Trash"), std::nullopt, reading);
  BOOST_TEST(store.entries("Trash").empty());
}

BOOST_AUTO_TEST_CASE(what_was_accepted_without_the_key_is_filed_all_the_same) {
  Store store;
  const auto to = store->delivery_public();
  Arrivals(store.database()).add(MailboxId(1), to, "hello", 0, 0);
  store->set_limits({.octets = 1, .messages = 0, .folders = 0});
  const auto prepare = [](std::string octets, UnixTime, std::int16_t) {
    return sample_message(std::move(octets));
  };
  BOOST_TEST(store->file_arrivals(10, prepare, reading) == 1u);
  BOOST_TEST(store.entries().size() == 1u);
}

BOOST_AUTO_TEST_CASE(what_expunging_would_free_is_known) {
  Store store;
  store.add(std::string(1000, 'a'));
  store.add(std::string(500, 'b'));
  BOOST_TEST(store->deleted_size(store.folder(), reading) == 0u);
  store.flag({Uid(2)}, deleted);
  BOOST_TEST(store->deleted_size(store.folder(), reading) == 500u);
}

BOOST_AUTO_TEST_SUITE_END()
