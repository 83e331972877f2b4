#include "base/seeded_hash.h"

#include <boost/test/unit_test.hpp>

#include <set>
#include <string>

BOOST_AUTO_TEST_SUITE(seeded_hash)

BOOST_AUTO_TEST_CASE(texts_fall_apart) {
  const SeededHash hash;
  std::set<std::size_t> all, low;
  std::string zeros;
  for (int n = 0; n < 10'000; ++n, zeros += '\0') {
    const auto number = "number " + std::to_string(n);
    BOOST_TEST(hash(number) == hash(std::string(number)));
    all.insert({hash(number), hash(zeros)});
    low.insert(hash(number) % 4096);
  }
  BOOST_TEST(all.size() == 20'000U);
  BOOST_TEST(low.size() > 3500U);
}

BOOST_AUTO_TEST_SUITE_END()
