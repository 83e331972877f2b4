#include "crypto/crossing.h"

#include <boost/test/unit_test.hpp>
#include <set>
#include <string_view>
#include <thread>
#include <vector>

using namespace crypto;

BOOST_AUTO_TEST_SUITE(crossing)

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
  count_crossing({Cause::sort, {ActorClass::user, AccountId(1)}, MailboxId(2)}, 10);
  count_crossing({Cause::sort, {ActorClass::user, AccountId(3)}, MailboxId(4)}, 5);
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
      for (int k = 0; k < 1000; ++k) count_crossing({Cause::rewrap, {}, MailboxId(1)}, 3);
    });
  for (auto& thread : threads) thread.join();
  const auto after = crossings(Cause::rewrap, ActorClass::system);
  BOOST_TEST(after.operations == before.operations + 4000);
  BOOST_TEST(after.bytes == before.bytes + 12000);
}

BOOST_AUTO_TEST_SUITE_END()
