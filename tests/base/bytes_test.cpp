#include "base/bytes.h"

#include <boost/test/unit_test.hpp>

#include "base/error.h"

BOOST_AUTO_TEST_SUITE(bytes)

// RFC 4648 section 10.
BOOST_AUTO_TEST_CASE(base64_as_in_the_rfc) {
  const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},
                                                                   {"f", "Zg=="},
                                                                   {"fo", "Zm8="},
                                                                   {"foo", "Zm9v"},
                                                                   {"foob", "Zm9vYg=="},
                                                                   {"fooba", "Zm9vYmE="},
                                                                   {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, coded] : vectors) {
    BOOST_TEST(to_base64(bytes_of(plain)) == coded);
    BOOST_TEST(from_base64(coded) == plain);
  }
}

BOOST_AUTO_TEST_CASE(base64url_has_no_padding_and_its_own_alphabet) {
  const Bytes bytes{0xfb, 0xff, 0xfe};
  BOOST_TEST(to_base64url(bytes) == "-__-");
  BOOST_TEST(from_base64url("-__-") == bytes, boost::test_tools::per_element());
  BOOST_CHECK_THROW(from_base64url("+//+"), Error);
  BOOST_CHECK_THROW(from_base64url("Zg=="), Error);
}

BOOST_AUTO_TEST_CASE(bad_base64_is_refused) {
  for (const auto* text : {"Zg", "Zg=", "Zh==", "Z===", "====", "Zm9v\n", "Z g="})
    BOOST_CHECK_THROW(from_base64(text), Error);
}

BOOST_AUTO_TEST_CASE(hexadecimal_both_ways) {
  BOOST_TEST(to_hex(from_hex("00ffA5")) == "00ffa5");
  BOOST_CHECK_THROW(from_hex("0"), Error);
  BOOST_CHECK_THROW(from_hex("zz"), Error);
}

BOOST_AUTO_TEST_SUITE_END()
