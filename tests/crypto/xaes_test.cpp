#include "crypto/xaes.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "tests/crypto/vectors.h"

using namespace crypto;
using namespace crypto_test;

BOOST_AUTO_TEST_SUITE(xaes)

// The first two are the published ones (C2SP XAES-256-GCM).
BOOST_AUTO_TEST_CASE(gives_what_the_vectors_say) {
  for (const auto& vector : vectors("xaes")) {
    const auto nonce = bytes_in(vector, "nonce");
    auto data = bytes_in(vector, "plain");
    data.resize(data.size() + tag_size);
    xaes_seal(bytes_in(vector, "key"), std::span(nonce).first<24>(), bytes_in(vector, "associated"),
              data);
    BOOST_TEST(to_hex(data) == text_in(vector, "sealed"), text_in(vector, "name"));
  }
}

BOOST_AUTO_TEST_CASE(opens_what_the_vectors_say) {
  for (const auto& vector : vectors("xaes")) {
    const auto nonce = bytes_in(vector, "nonce"), sealed = bytes_in(vector, "sealed");
    Bytes plain(sealed.size() - tag_size);
    BOOST_TEST(xaes_open(bytes_in(vector, "key"), std::span(nonce).first<24>(),
                         bytes_in(vector, "associated"), sealed, plain));
    BOOST_TEST(to_hex(plain) == text_in(vector, "plain"), text_in(vector, "name"));
  }
}

BOOST_AUTO_TEST_CASE(what_fails_to_open_leaves_no_plaintext) {
  const Bytes key(32, 1), nonce(24, 2), associated(35, 3);
  Bytes sealed(100 + tag_size, 0xaa);
  xaes_seal(key, std::span(nonce).first<24>(), associated, sealed);
  sealed.back() ^= 1;
  Bytes plain(100, 0xbb);
  BOOST_TEST(!xaes_open(key, std::span(nonce).first<24>(), associated, sealed, plain));
  BOOST_TEST(plain == Bytes(100), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(every_octet_of_key_nonce_and_data_counts) {
  const Bytes key(32, 1), nonce(24, 2), associated(35, 3);
  Bytes sealed(20 + tag_size, 0xaa), plain(20);
  xaes_seal(key, std::span(nonce).first<24>(), associated, sealed);
  const auto opens = [&](ByteView k, const Bytes& n, ByteView a) {
    return xaes_open(k, std::span(n).first<24>(), a, sealed, plain);
  };
  const auto flipped = [](Bytes bytes, std::size_t at) {
    bytes[at] ^= 0x10;
    return bytes;
  };
  BOOST_TEST(opens(key, nonce, associated));
  for (std::size_t i = 0; i < key.size(); ++i)
    BOOST_TEST(!opens(flipped(key, i), nonce, associated));
  for (std::size_t i = 0; i < nonce.size(); ++i)
    BOOST_TEST(!opens(key, flipped(nonce, i), associated));
  for (std::size_t i = 0; i < associated.size(); ++i)
    BOOST_TEST(!opens(key, nonce, flipped(associated, i)));
  BOOST_TEST(!opens(key, nonce, ByteView(associated).first(34)));
}

BOOST_AUTO_TEST_CASE(too_short_to_hold_a_tag_does_not_open) {
  const Bytes key(32), nonce(24);
  Bytes plain;
  BOOST_TEST(!xaes_open(key, std::span(nonce).first<24>(), {}, Bytes(15), plain));
  BOOST_TEST(!xaes_open(key, std::span(nonce).first<24>(), {}, {}, plain));
}

BOOST_AUTO_TEST_SUITE_END()
