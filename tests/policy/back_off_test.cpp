#include "policy/back_off.h"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(back_off)

using policy::BackOff;
using namespace std::chrono_literals;

namespace {

void fail(BackOff& back_off, int times, const std::string& peer = "192.0.2.1") {
  for (int i = 0; i < times; ++i) back_off.failed(peer, "ada");
}

}  // namespace

BOOST_AUTO_TEST_CASE(waits_double_up_to_three_seconds) {
  const ManualClock clock(1000);
  BackOff back_off(clock);
  const std::chrono::milliseconds waits[] = {0ms,    0ms,    0ms,    250ms, 500ms,
                                             1000ms, 2000ms, 3000ms, 3000ms};
  for (const auto wait : waits) {
    BOOST_TEST(back_off.wait("192.0.2.1", "ada").count() == wait.count());
    fail(back_off, 1);
  }
}

BOOST_AUTO_TEST_CASE(the_same_user_elsewhere_and_another_user_here_do_not_wait) {
  const ManualClock clock(1000);
  BackOff back_off(clock);
  fail(back_off, 9);
  BOOST_TEST(back_off.wait("192.0.2.2", "ada").count() == 0);
  BOOST_TEST(back_off.wait("192.0.2.1", "bob").count() == 0);
}

BOOST_AUTO_TEST_CASE(a_success_and_a_quarter_of_an_hour_end_it) {
  ManualClock clock(1000);
  BackOff back_off(clock);
  fail(back_off, 9);
  clock.advance(BackOff::forgotten_after - 1);
  BOOST_TEST(back_off.wait("192.0.2.1", "ada").count() == 3000);
  clock.advance(1);
  BOOST_TEST(back_off.wait("192.0.2.1", "ada").count() == 0);
  fail(back_off, 9);
  back_off.succeeded("192.0.2.1", "ada");
  BOOST_TEST(back_off.wait("192.0.2.1", "ada").count() == 0);
}

BOOST_AUTO_TEST_CASE(more_guessers_than_are_kept_push_the_oldest_out) {
  ManualClock clock(1000);
  BackOff back_off(clock);
  fail(back_off, 9, "first");
  clock.advance(1);
  fail(back_off, 9, "second");
  for (std::size_t i = 2; i <= BackOff::kept; ++i) fail(back_off, 1, std::to_string(i));
  BOOST_TEST(back_off.wait("first", "ada").count() == 0);
  BOOST_TEST(back_off.wait("second", "ada").count() == 3000);
}

BOOST_AUTO_TEST_CASE(a_port_is_no_part_of_an_address) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"192.0.2.1:40000", "192.0.2.1"},
      {"192.0.2.1", "192.0.2.1"},
      {"[2001:db8::1]:40000", "2001:db8::1"},
      {"2001:db8::1", "2001:db8::1"},
      {"", ""},
      {"[", ""},
  };
  for (const auto& [peer, address] : rows) BOOST_TEST(policy::without_port(peer) == address);
}

BOOST_AUTO_TEST_SUITE_END()
