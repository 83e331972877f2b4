// What CMS holds, told without a key.

#include "crypto/cms_content.h"

#include <boost/test/unit_test.hpp>
#include <chrono>

#include "crypto/cms.h"
#include "tests/support/recipient.h"

using crypto::enciphered_content;
using crypto::is_detached_signature;

BOOST_AUTO_TEST_SUITE(cms_content)

namespace {

Bytes enveloped(std::size_t size) {
  const Bytes content(size, 'x');
  return crypto::enveloped(content, std::vector<Bytes>{test_support::ada().der()});
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_is_encrypted_comes_out_as_it_is_there) {
  const auto cms = enveloped(100);
  const auto content = enciphered_content(cms);
  BOOST_TEST(content.size() == 112u);  // blocks of 16
  BOOST_TEST(text_of(cms).ends_with(text_of(content)));
  BOOST_TEST(!is_detached_signature(cms));
}

BOOST_AUTO_TEST_CASE(anything_else_is_none) {
  auto cms = enveloped(100);
  for (std::size_t length = 0; length < cms.size(); ++length)
    BOOST_TEST(enciphered_content(ByteView(cms).first(length)).empty(), length);
  cms.push_back(0);
  BOOST_TEST(enciphered_content(cms).empty());
  BOOST_TEST(enciphered_content(bytes_of("0 text that begins like a SEQUENCE")).empty());
}

BOOST_AUTO_TEST_CASE(octets_that_are_changed_harm_nobody) {
  const auto cms = enveloped(20);
  for (std::size_t at = 0; at < cms.size(); ++at)
    for (const int change : {0x01, 0x20, 0x80, 0xff}) {
      auto other = cms;
      other[at] ^= static_cast<Bytes::value_type>(change);
      enciphered_content(other);
      is_detached_signature(other);
    }
}

// 20 MB that OpenSSL would make 2 GB of.
BOOST_AUTO_TEST_CASE(a_crowd_of_small_elements_is_not_read) {
  Bytes crowd{0x30, 0x80, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01,
              0x07, 0x03, 0xa0, 0x80, 0x30, 0x80, 0x02, 0x01, 0x00, 0x31, 0x80};
  while (crowd.size() < 20'000'000) crowd.insert(crowd.end(), {0x30, 0x00});
  const auto begin = std::chrono::steady_clock::now();
  BOOST_TEST(enciphered_content(crowd).empty());
  BOOST_TEST((std::chrono::steady_clock::now() - begin < std::chrono::seconds(1)));
}

BOOST_AUTO_TEST_SUITE_END()
