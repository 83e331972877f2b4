#include "crypto/keyed_hash.h"

#include <boost/test/unit_test.hpp>

#include "base/error.h"

using namespace crypto;

BOOST_AUTO_TEST_SUITE(keyed_hash)

BOOST_AUTO_TEST_CASE(key_purpose_and_value_all_count) {
  const auto key = DirectoryKey::generate(), other = DirectoryKey::generate();
  const auto hash = KeyedHash::of(key, "account", "ada");
  BOOST_TEST(hash.size() == 32U);
  BOOST_CHECK(hash == KeyedHash::of(key, "account", "ada"));
  BOOST_CHECK(hash != KeyedHash::of(other, "account", "ada"));
  BOOST_CHECK(hash != KeyedHash::of(key, "alias", "ada"));
  BOOST_CHECK(hash != KeyedHash::of(key, "account", "adb"));
  BOOST_CHECK(KeyedHash::of(key, "ab", "c") != KeyedHash::of(key, "a", "bc"));
}

BOOST_AUTO_TEST_CASE(a_use_has_a_purpose) {
  const auto key = DirectoryKey::generate();
  BOOST_CHECK_THROW(KeyedHash::of(key, "", "ada"), Error);
  BOOST_CHECK_THROW(KeyedHash::of(key, std::string(256, 'x'), "ada"), Error);
}

BOOST_AUTO_TEST_SUITE_END()
