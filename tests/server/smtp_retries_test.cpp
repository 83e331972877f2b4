#include "server/smtp/retries.h"

#include <boost/test/unit_test.hpp>

using server::smtp::Retries;

BOOST_AUTO_TEST_SUITE(smtp_retries)

namespace {

const AccountId ada(1), bob(2);

}  // namespace

BOOST_AUTO_TEST_CASE(a_message_is_known_by_sender_and_octets) {
  const ManualClock clock(1000);
  Retries retries(clock);
  const auto key = retries.key("x@a.example", "text");
  BOOST_TEST((key == retries.key("x@a.example", "text")));
  BOOST_TEST((key != retries.key("x@a.example", "texts")));
  BOOST_TEST((key != retries.key("x@a.examplet", "ext")));
  BOOST_TEST((key != Retries(clock).key("x@a.example", "text")), "the key is this server's own");
}

BOOST_AUTO_TEST_CASE(holders_gather_until_their_retries_are_over) {
  const ManualClock clock(1000);
  Retries retries(clock);
  const auto key = retries.key("", "text");
  BOOST_TEST(retries.holders(key).empty());
  retries.remember(key, {ada});
  retries.remember(key, {bob});
  BOOST_TEST((retries.holders(key) == Retries::Accounts{ada, bob}));
  retries.forget(key, {bob});
  BOOST_TEST((retries.holders(key) == Retries::Accounts{ada}));
  BOOST_TEST(retries.holders(retries.key("", "other")).empty());
}

BOOST_AUTO_TEST_CASE(each_attempt_prolongs_the_memory_by_some_hours) {
  ManualClock clock(1000);
  Retries retries(clock);
  const auto key = retries.key("", "text");
  retries.remember(key, {ada});
  clock.advance(Retries::lifetime - 1);
  retries.remember(key, {ada});
  clock.advance(Retries::lifetime - 1);
  BOOST_TEST(retries.holders(key).size() == 1u);
  clock.advance(1);
  BOOST_TEST(retries.holders(key).empty());
}

BOOST_AUTO_TEST_CASE(the_oldest_attempt_is_forgotten_beyond_the_limit) {
  const ManualClock clock(1000);
  Retries retries(clock);
  const auto key = [&](std::size_t i) { return retries.key("", std::to_string(i)); };
  for (std::size_t i = 0; i < Retries::limit; ++i) retries.remember(key(i), {ada});
  retries.remember(key(0), {ada});
  retries.remember(key(Retries::limit), {ada});
  BOOST_TEST(retries.holders(key(0)).size() == 1u);
  BOOST_TEST(retries.holders(key(1)).empty());
  BOOST_TEST(retries.holders(key(Retries::limit)).size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
