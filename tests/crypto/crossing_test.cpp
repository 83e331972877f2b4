#include "crypto/crossing.h"

#include <boost/test/unit_test.hpp>
#include <concepts>
#include <set>
#include <string_view>
#include <thread>
#include <vector>

#include "crypto/aead.h"
#include "crypto/delivery_key.h"

using namespace crypto;

BOOST_AUTO_TEST_SUITE(crossing)

namespace {

template <class Key, class... Crossings>
concept OpensRecords =
    requires(const Key& key, const Place& place, ByteView sealed, const Crossings&... crossing) {
      Aead::open_record(key, place, sealed, crossing...);
    };
template <class... Crossings>
concept OpensChunks = requires(const MessageKey& key, const Place& place, ByteView sealed,
                               const Crossings&... crossing) {
  Aead::open_chunk(key, place, 0U, true, sealed, crossing...);
};
template <class... Crossings>
concept OpensArrivals =
    requires(const ArrivalOpen& key, ByteView sealed, const Crossings&... crossing) {
      key.chunk(0U, true, sealed, crossing...);
    };

static_assert(OpensRecords<MailboxKey, Crossing> && !OpensRecords<MailboxKey>);
static_assert(OpensRecords<MessageKey, Crossing> && !OpensRecords<MessageKey>);
static_assert(OpensChunks<Crossing> && !OpensChunks<>);
static_assert(OpensArrivals<Crossing> && !OpensArrivals<>);
static_assert(!OpensRecords<MailboxKey, Cause>, "a cause is not enough");
static_assert(!OpensRecords<DepKey> && !OpensRecords<DeliveryKey>, "they seal nothing");
static_assert(OpensRecords<DirectoryKey>, "no mail: names, passwords, the service's own records");

static_assert(!std::default_initializable<Crossing>, "no cause, no crossing");
static_assert(!std::default_initializable<Actor>, "nor without one on whose behalf");
static_assert(!std::constructible_from<Crossing, Cause, MailboxId>);
static_assert(!std::constructible_from<Crossing, Cause, Actor>);
static_assert(std::constructible_from<Crossing, Cause, Actor, MailboxId>);
static_assert(!std::constructible_from<Actor, AccountId> &&
                  !std::constructible_from<Actor, AdminId>,
              "the class is part of it");

}  // namespace

BOOST_AUTO_TEST_CASE(every_cause_has_a_name_of_its_own) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < cause_count; ++i) names.insert(name_of(static_cast<Cause>(i)));
  BOOST_TEST(names.size() == cause_count);
  BOOST_TEST(names.count("") == 0U);
  BOOST_TEST(name_of(Cause::fetch) == "fetch");
  BOOST_TEST(name_of(Cause::export_) == "export");
  BOOST_TEST(name_of(Cause::lab) == "lab");
}

BOOST_AUTO_TEST_CASE(totals_are_kept_by_cause_and_class) {
  const auto before = crossings(Cause::sort, ActorClass::user);
  count_crossing({Cause::sort, {ActorClass::user, AccountId(1)}, MailboxId(2)}, 10,
                 Content::readable);
  count_crossing({Cause::sort, {ActorClass::user, AccountId(3)}, MailboxId(4)}, 5,
                 Content::readable);
  const auto after = crossings(Cause::sort, ActorClass::user);
  BOOST_TEST(after.operations == before.operations + 2);
  BOOST_TEST(after.bytes == before.bytes + 15);
  BOOST_TEST(crossings(Cause::sort, ActorClass::system).operations == 0U);
  BOOST_TEST(crossings(Cause::preview, ActorClass::user).operations == 0U);
}

BOOST_AUTO_TEST_CASE(no_crossing_is_lost_between_threads) {
  const auto before = crossings(Cause::rewrap, ActorClass::system);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([] {
      for (int k = 0; k < 1000; ++k)
        count_crossing({Cause::rewrap, Actor::service(), MailboxId(1)}, 3, Content::readable);
    });
  for (auto& thread : threads) thread.join();
  const auto after = crossings(Cause::rewrap, ActorClass::system);
  BOOST_TEST(after.operations == before.operations + 4000);
  BOOST_TEST(after.bytes == before.bytes + 12000);
}

BOOST_AUTO_TEST_CASE(opaque_octets_are_counted_among_all) {
  take_crossings();
  const Crossing mine(Cause::copy, Actor::of(AdminId(9), ActorClass::user), MailboxId(78));
  const auto before = crossings(Cause::copy, ActorClass::user);
  count_crossing(mine, 100, Content::opaque);
  count_crossing(mine, 10, Content::readable);
  auto after = crossings(Cause::copy, ActorClass::user);
  BOOST_TEST(after.bytes == before.bytes + 110);
  BOOST_TEST(after.opaque_bytes == before.opaque_bytes + 100);
  CrossingTotals taken;
  for (const auto& [crossing, totals] : take_crossings())
    if (crossing == mine) taken += totals;
  BOOST_TEST((taken == CrossingTotals{2, 110, 100}));
}

// What is taken by others meanwhile is added to what is taken here.
BOOST_AUTO_TEST_CASE(each_crossing_is_taken_once_with_all_that_is_known_of_it) {
  take_crossings();
  const Crossing mine(Cause::lab, Actor::of(AdminId(7), ActorClass::system), MailboxId(77));
  CrossingTotals taken;
  const auto take = [&] {
    for (const auto& [crossing, totals] : take_crossings())
      if (crossing == mine) taken += totals;
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int k = 0; k < 10'000; ++k) {
        count_crossing(mine, 2, Content::readable);
        count_crossing({Cause::lab, {ActorClass::user, AccountId(k % 7)}, MailboxId(77)}, 1,
                       Content::readable);
      }
    });
  for (int n = 0; n < 50; ++n) take();
  for (auto& thread : threads) thread.join();
  take();
  BOOST_TEST((taken == CrossingTotals{40'000, 80'000}));
  BOOST_TEST(take_crossings().empty());
}

BOOST_AUTO_TEST_CASE(causes_are_found_by_name) {
  for (std::size_t i = 0; i < cause_count; ++i)
    BOOST_TEST((find_cause(name_of(static_cast<Cause>(i))) == static_cast<Cause>(i)));
  BOOST_TEST(!find_cause("curiosity"));
}

BOOST_AUTO_TEST_SUITE_END()
