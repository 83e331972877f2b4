// What is encrypted to certificates, and to which.

#include "crypto/cms.h"

#include <boost/test/unit_test.hpp>

#include "base/error.h"
#include "crypto/recipient_certificate.h"
#include "tests/support/recipient.h"

using crypto::enveloped;
using crypto::recipient_certificate;
using test_support::Recipient;

namespace {

const std::string content("From: x\r\n\r\nsome\0text\nwith a bare LF and no end", 47);

std::string sealed_for(const std::vector<Bytes>& certificates) {
  return std::string(text_of(enveloped(bytes_of(content), certificates)));
}

auto says(std::string_view words) {
  return [words](const Error& error) {
    BOOST_TEST_INFO(error.what());
    return error.fault() == Fault::invalid &&
           std::string_view(error.what()).find(words) != std::string_view::npos;
  };
}

void check_refused(const Recipient& recipient, std::string_view words) {
  BOOST_CHECK_EXCEPTION(recipient_certificate(recipient.der()), Error, says(words));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cms)

BOOST_AUTO_TEST_CASE(whoever_has_the_key_gets_back_the_very_octets) {
  BOOST_TEST(test_support::ada().decrypted(sealed_for({test_support::ada().der()})) == content);
}

BOOST_AUTO_TEST_CASE(keys_on_curves_agree) {
  for (const auto* curve : {"P-256", "P-384", "P-521"}) {
    const Recipient recipient({.key = curve, .usage = "keyAgreement"});
    BOOST_TEST(recipient.decrypted(sealed_for({recipient.der()})) == content);
  }
}

BOOST_AUTO_TEST_CASE(each_of_several_recipients_reads_it_and_nobody_else) {
  const Recipient phone({.key = "P-256"}), stranger({.key = "P-256"});
  const auto sealed = sealed_for({test_support::ada().der(), phone.der()});
  BOOST_TEST(test_support::ada().decrypted(sealed) == content);
  BOOST_TEST(phone.decrypted(sealed) == content);
  BOOST_CHECK_THROW(stranger.decrypted(sealed), std::runtime_error);
  BOOST_TEST(sealed.find("some") == sealed.npos);
}

BOOST_AUTO_TEST_CASE(nothing_comes_out_where_one_cannot_be_encrypted_to) {
  const std::vector<Bytes> none, broken{test_support::ada().der(), Bytes{1, 2, 3}};
  for (const auto& certificates : {none, broken})
    BOOST_CHECK_EXCEPTION(enveloped(bytes_of(content), certificates), Error,
                          [](const Error& error) { return error.fault() == Fault::unavailable; });
}

BOOST_AUTO_TEST_CASE(a_certificate_is_described) {
  const Recipient recipient(
      {.key = "P-384", .usage = "keyAgreement", .extended = "emailProtection"});
  const auto found = recipient_certificate(bytes_of(recipient.pem()));
  BOOST_CHECK(found.der == recipient.der());
  BOOST_TEST(found.subject == "CN=Ada Lovelace");
  BOOST_TEST(found.key == "EC P-384");
  BOOST_TEST(found.fingerprint.size() == 64u);
  BOOST_REQUIRE(found.addresses.size() == 1u);
  BOOST_TEST(found.addresses.front() == "ada@example.org");
  BOOST_TEST(found.not_after - found.not_before == 25 * 3600);
  BOOST_TEST(recipient_certificate(test_support::ada().der()).key == "RSA 2048");
  BOOST_TEST(crypto::pem_of(found) == recipient.pem());
}

BOOST_AUTO_TEST_CASE(one_that_mail_cannot_be_encrypted_to_is_refused) {
  check_refused(Recipient({.bits = 1024}), "less than 2048 bits");
  check_refused(Recipient({.usage = "digitalSignature"}), "keyEncipherment");
  check_refused(Recipient({.key = "P-256", .usage = "digitalSignature"}), "keyAgreement");
  check_refused(Recipient({.key = "P-256", .extended = "clientAuth"}), "emailProtection");
  check_refused(Recipient({.key = "secp256k1"}), "not on P-256");
  BOOST_CHECK_EXCEPTION(recipient_certificate(bytes_of("nothing")), Error, says("no certificate"));
  BOOST_CHECK_EXCEPTION(recipient_certificate({}), Error, says("no certificate"));
}

BOOST_AUTO_TEST_CASE(it_must_be_valid_when_it_is_registered) {
  const auto now = SystemClock().now();
  require_valid(recipient_certificate(test_support::ada().der()), now);
  const auto old = recipient_certificate(
      Recipient({.key = "P-256", .valid_from = -7200, .valid_to = -3600}).der());
  BOOST_CHECK_EXCEPTION(require_valid(old, now), Error, says("has expired"));
  BOOST_TEST(old.expired(now));
  const auto early = recipient_certificate(Recipient({.key = "P-256", .valid_from = 3600}).der());
  BOOST_CHECK_EXCEPTION(require_valid(early, now), Error, says("not valid before"));
}

BOOST_AUTO_TEST_SUITE_END()
