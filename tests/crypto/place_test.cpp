#include "crypto/place.h"

#include <boost/test/unit_test.hpp>

#include "tests/crypto/vectors.h"

using namespace crypto_test;

BOOST_AUTO_TEST_SUITE(place)

BOOST_AUTO_TEST_CASE(is_encoded_as_the_vectors_say) {
  for (const auto& vector : vectors("place"))
    BOOST_TEST(to_hex(place_in(vector).encoded()) == text_in(vector, "encoded"));
}

BOOST_AUTO_TEST_SUITE_END()
