#include "imap/sequence_set.h"

#include <boost/test/unit_test.hpp>

#include <random>
#include <set>

#include "imap/request.h"

using imap::SequenceSet;

BOOST_AUTO_TEST_SUITE(sequence_set)

namespace {

std::string resolved(const char* text, std::uint32_t largest) {
  std::string result;
  for (const auto& [first, last] : SequenceSet::parsed(text).resolved(largest))
    result += (result.empty() ? "" : ",") + std::to_string(first) + ':' + std::to_string(last);
  return result;
}

}  // namespace

BOOST_AUTO_TEST_CASE(ranges_are_sorted_merged_and_turned_the_right_way) {
  BOOST_TEST(resolved("1", 9) == "1:1");
  BOOST_TEST(resolved("4:2", 9) == "2:4");
  BOOST_TEST(resolved("7,1:3,2:5", 9) == "1:5,7:7");
  BOOST_TEST(resolved("1:2,3:4", 9) == "1:4");
  BOOST_TEST(resolved("*", 9) == "9:9");
  BOOST_TEST(resolved("*:4", 9) == "4:9");
  BOOST_TEST(resolved("12:*", 9) == "9:12");
  BOOST_TEST(resolved("1:4294967295,4294967295", 9) == "1:4294967295");
}

BOOST_AUTO_TEST_CASE(a_star_is_nothing_where_there_is_nothing) {
  BOOST_TEST(resolved("1:*", 0) == "");
  BOOST_TEST(resolved("*,3", 0) == "3:3");
}

BOOST_AUTO_TEST_CASE(what_is_no_set_is_bad) {
  for (const char* text : {"", "0", "1,", ",1", "1:", ":1", "1::2", "a", "4294967296", "-1", "1;2",
                           "$,1", "1,$", "$:3", "**", "1:*:2", "99999999999999999999999"})
    BOOST_CHECK_THROW(SequenceSet::parsed(text), imap::BadSyntax);
}

BOOST_AUTO_TEST_CASE(a_dollar_is_what_was_saved) {
  BOOST_TEST(SequenceSet::parsed("$").is_saved());
  BOOST_TEST(!SequenceSet::parsed("1").is_saved());
}

BOOST_AUTO_TEST_CASE(compact_says_runs_as_ranges) {
  BOOST_TEST(imap::compact({}) == "");
  BOOST_TEST(imap::compact({1, 2, 3, 5}) == "1:3,5");
  BOOST_TEST(imap::compact({4294967295}) == "4294967295");
}

BOOST_AUTO_TEST_CASE(compact_and_resolved_are_each_others_inverse_for_any_numbers) {
  std::mt19937 random(7);
  for (int round = 0; round < 500; ++round) {
    std::set<std::uint32_t> numbers;
    const auto size = 1 + random() % 40;
    while (numbers.size() < size) numbers.insert(1 + random() % 80);
    const std::vector<std::uint32_t> rising(numbers.begin(), numbers.end());
    std::vector<std::uint32_t> again;
    for (const auto& [first, last] : SequenceSet::parsed(imap::compact(rising)).resolved(80))
      for (auto number = first; number <= last; ++number) again.push_back(number);
    BOOST_TEST(again == rising);
  }
}

BOOST_AUTO_TEST_SUITE_END()
