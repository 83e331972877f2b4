#include "server/connections.h"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(connections)

using server::Connections;

namespace {

const auto nothing = [] {};

}  // namespace

BOOST_AUTO_TEST_CASE(an_address_has_its_share_and_this_machine_is_not_counted) {
  Connections all({10, 2, 1});
  auto one = all.admit("192.0.2.1", Connections::From::elsewhere, nothing);
  auto two = all.admit("192.0.2.1", Connections::From::elsewhere, nothing);
  BOOST_TEST((one && two));
  BOOST_TEST(!all.admit("192.0.2.1", Connections::From::elsewhere, nothing).has_value());
  BOOST_TEST(all.admit("192.0.2.2", Connections::From::elsewhere, nothing).has_value());
  one.reset();
  BOOST_TEST(all.admit("192.0.2.1", Connections::From::elsewhere, nothing).has_value());
  std::vector<std::optional<Connections::Place>> local;
  for (int i = 0; i < 5; ++i)
    local.push_back(all.admit("127.0.0.1", Connections::From::this_machine, nothing));
  for (const auto& place : local) BOOST_TEST(place.has_value());
}

BOOST_AUTO_TEST_CASE(there_is_a_total) {
  Connections all({1, 10, 10});
  const auto one = all.admit("192.0.2.1", Connections::From::elsewhere, nothing);
  BOOST_TEST(!all.admit("127.0.0.1", Connections::From::this_machine, nothing).has_value());
}

BOOST_AUTO_TEST_CASE(an_account_has_its_share) {
  Connections all({10, 10, 2});
  BOOST_TEST((all.enter(AccountId(1)) && all.enter(AccountId(1)) && all.enter(AccountId(2))));
  BOOST_TEST(!all.enter(AccountId(1)));
  all.leave(AccountId(1));
  BOOST_TEST(all.enter(AccountId(1)));
}

BOOST_AUTO_TEST_CASE(stopping_tells_each_once_and_admits_nobody) {
  Connections all({10, 10, 10});
  int told = 0;
  auto one = all.admit("192.0.2.1", Connections::From::elsewhere, [&] { ++told; });
  all.admit("192.0.2.1", Connections::From::elsewhere, [&] { told += 100; });
  all.stop_all();
  BOOST_TEST(told == 1);
  BOOST_TEST(!all.wait_until_none(std::chrono::milliseconds(1)));
  BOOST_TEST(!all.admit("192.0.2.2", Connections::From::elsewhere, nothing).has_value());
  one.reset();
  BOOST_TEST(all.wait_until_none(std::chrono::milliseconds(1)));
}

BOOST_AUTO_TEST_SUITE_END()
