#include "crypto/breaker.h"

#include <boost/test/unit_test.hpp>

#include "crypto/retry_after.h"

using crypto::Breaker;
using crypto::retry_after;
using std::chrono::seconds;

namespace {

struct Fixture {
  std::chrono::steady_clock::time_point now{std::chrono::hours(1)};
  Breaker breaker{[this] { return now; }};

  void fail(int times) {
    for (int i = 0; i < times; ++i) breaker.failed({});
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(breaker)

BOOST_FIXTURE_TEST_CASE(five_failures_in_a_row_open_it, Fixture) {
  fail(4);
  BOOST_TEST(breaker.admits());
  breaker.answered();
  fail(4);
  BOOST_TEST(breaker.admits());
  fail(1);
  BOOST_TEST(!breaker.admits());
}

BOOST_FIXTURE_TEST_CASE(open_it_lets_one_probe_through_every_ten_seconds, Fixture) {
  fail(5);
  now += seconds(9);
  BOOST_TEST(!breaker.admits());
  now += seconds(1);
  BOOST_TEST(breaker.admits());
  BOOST_TEST(!breaker.admits());
  fail(1);
  BOOST_TEST(!breaker.admits());
  now += seconds(10);
  BOOST_TEST(breaker.admits());
  breaker.answered();
  BOOST_TEST(breaker.admits());
  BOOST_TEST(breaker.admits());
}

BOOST_FIXTURE_TEST_CASE(what_the_vault_asks_for_is_obeyed_up_to_half_a_minute, Fixture) {
  breaker.failed(seconds(7));
  BOOST_TEST(!breaker.admits());
  now += seconds(7);
  BOOST_TEST(breaker.admits());
  breaker.failed(seconds(86'400));
  now += seconds(29);
  BOOST_TEST(!breaker.admits());
  now += seconds(1);
  BOOST_TEST(breaker.admits());
}

BOOST_AUTO_TEST_CASE(retry_after_is_seconds_or_a_date) {
  constexpr UnixTime now = 784111777;  // Sun, 06 Nov 1994 08:49:37 GMT
  const std::pair<std::string, std::optional<seconds>> rows[] = {
      {"7", seconds(7)},
      {"0", seconds(0)},
      {"-1", seconds(0)},
      {"999999999999", seconds(86'400)},
      {"Sun, 06 Nov 1994 08:49:57 GMT", seconds(20)},
      {"Sun, 06 Nov 1994 08:49:17 GMT", seconds(0)},
      {"", {}},
      {"soon", {}},
      {"7 s", {}},
      {"99999999999999999999", {}},
      {"Sun, 06 Nov 1994 08:49:57 GMT+1", {}},
  };
  for (const auto& [text, expected] : rows) BOOST_TEST((retry_after(text, now) == expected), text);
}

BOOST_AUTO_TEST_SUITE_END()
