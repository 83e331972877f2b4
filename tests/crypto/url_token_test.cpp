#include "crypto/url_token.h"

#include <boost/test/unit_test.hpp>
#include <numeric>

#include "base/error.h"

using namespace crypto;

namespace {

// RFC 4467 section 7
const std::string rump = "imap://joe@example.com/INBOX/;uid=20/;section=1.2;urlauth=submit+fred";

Bytes counting_key() {
  Bytes key(url_key_size);
  std::iota(key.begin(), key.end(), std::uint8_t(0));
  return key;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(url_token)

// The HMAC as another library makes it.
BOOST_AUTO_TEST_CASE(it_is_a_version_and_the_hmac_of_the_rump) {
  const auto token = crypto::url_token(counting_key(), rump);
  BOOST_TEST(token == "010cb7a969612e90de95f649a8f4a62f6e2132ccf63bd73ad1b9384eb28746df27");
  BOOST_TEST(is_url_token(token, counting_key(), rump));
}

BOOST_AUTO_TEST_CASE(every_octet_of_it_counts) {
  const auto token = crypto::url_token(counting_key(), rump);
  for (std::size_t at = 0; at < token.size(); ++at) {
    auto other = token;
    other[at] = other[at] == '0' ? '1' : '0';
    BOOST_TEST(!is_url_token(other, counting_key(), rump), at);
    BOOST_TEST(!is_url_token(token.substr(0, at), counting_key(), rump), at);
  }
  BOOST_TEST(!is_url_token(token + "00", counting_key(), rump));
  BOOST_TEST(!is_url_token(token, counting_key(), rump + "a"));
  BOOST_TEST(!is_url_token(token, new_url_key(), rump));
}

BOOST_AUTO_TEST_CASE(keys_are_random_and_of_one_size) {
  BOOST_TEST(new_url_key().size() == url_key_size);
  BOOST_CHECK(new_url_key() != new_url_key());
  const Bytes shorter(url_key_size - 1);
  BOOST_CHECK_THROW(crypto::url_token(shorter, rump), Error);
}

BOOST_AUTO_TEST_SUITE_END()
