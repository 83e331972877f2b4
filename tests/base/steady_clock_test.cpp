#include "base/steady_clock.h"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <thread>

BOOST_AUTO_TEST_SUITE(steady_clock)

BOOST_AUTO_TEST_CASE(it_begins_with_the_wall_clock_and_is_not_set_with_it) {
  constexpr UnixTime start = 1'800'000'000;
  ManualClock wall(start);
  const SteadyClock steady(wall);
  BOOST_TEST(steady.now() >= start);
  BOOST_TEST(steady.now() <= start + 2);
  wall.advance(-86'400);
  BOOST_TEST(steady.now() >= start);
  wall.advance(2 * 86'400);
  BOOST_TEST(steady.now() <= start + 2);
}

BOOST_AUTO_TEST_CASE(it_goes_on_by_itself) {
  const SteadyClock steady(ManualClock(0));
  const auto before = steady.now();
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));
  BOOST_TEST(steady.now() >= before + 1);
  BOOST_TEST(steady.now() <= before + 10);
}

BOOST_AUTO_TEST_SUITE_END()
