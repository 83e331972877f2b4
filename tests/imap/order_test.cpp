// The order of SORT is that of comes_before(), whatever way it is found.

#include "imap/search/order.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <limits>
#include <random>

namespace {

using imap::search::Criterion;
using imap::search::Sortable;
using By = Criterion::By;
using Direction = Criterion::Direction;

constexpr std::int64_t numbers[] = {std::numeric_limits<std::int64_t>::min(), -7, 0, 1, 255,
                                    std::numeric_limits<std::int64_t>::max()};
const std::string texts[] = {"",          "A",         "A\x01",    "AB",          "ABCDEFGH",
                             "ABCDEFGH1", "ABCDEFGH2", "\xc3\xa9", "\xff\xff\xff"};

std::vector<Sortable> some_messages(std::mt19937& random, std::size_t criteria) {
  std::vector<Sortable> messages(200);
  for (std::uint32_t n = 0; n < messages.size(); ++n) {
    messages[n].hit = {.number = n + 1, .uid = Uid(n + 1)};
    for (std::size_t i = 0; i < criteria; ++i) {
      messages[n].values.push_back(numbers[random() % std::size(numbers)]);
      messages[n].texts.push_back(texts[random() % std::size(texts)]);
    }
  }
  std::ranges::shuffle(messages, random);
  return messages;
}

std::vector<std::uint32_t> uids(const std::vector<Sortable>& messages) {
  std::vector<std::uint32_t> all;
  for (const auto& message : messages) all.push_back(message.hit.uid.value);
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(order)

BOOST_AUTO_TEST_CASE(messages_are_put_in_the_order_that_two_of_them_have) {
  const std::vector<Criterion> rows[] = {
      {{By::date, Direction::up}},
      {{By::date, Direction::down}},
      {{By::subject, Direction::up}},
      {{By::subject, Direction::down}, {By::size, Direction::up}},
      {{By::size, Direction::down}, {By::from, Direction::down}},
  };
  std::mt19937 random(11);
  for (const auto& criteria : rows) {
    auto messages = some_messages(random, criteria.size());
    auto expected = messages;
    std::ranges::sort(expected, [&](const Sortable& a, const Sortable& b) {
      return imap::search::comes_before(a, b, criteria);
    });
    imap::search::put_in_order(messages, criteria);
    BOOST_TEST(uids(messages) == uids(expected), boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_SUITE_END()
