#include "crypto/client_assertion.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "crypto/digest.h"
#include "tests/crypto/temporary_directory.h"

namespace {

using crypto::AssertionKey;
using crypto::JwsAlgorithm;

using Key = std::shared_ptr<EVP_PKEY>;
using File = std::unique_ptr<FILE, int (*)(FILE*)>;

// A key, and a certificate for it, in PEM.
struct Made {
  std::filesystem::path certificate, key;
  Key pair;
  Bytes der;  // of the certificate
};

Made made(const crypto_test::TemporaryDirectory& directory, const std::string& name,
          EVP_PKEY* fresh) {
  Made out{directory / (name + ".crt"), directory / (name + ".key"), {fresh, &EVP_PKEY_free}, {}};
  const std::unique_ptr<X509, void (*)(X509*)> certificate(X509_new(), &X509_free);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), fresh);
  BOOST_TEST_REQUIRE(X509_sign(certificate.get(), fresh, EVP_sha256()) > 0);
  const File in(std::fopen(out.certificate.c_str(), "w"), &std::fclose);
  BOOST_TEST_REQUIRE(PEM_write_X509(in.get(), certificate.get()) == 1);
  const File key(std::fopen(out.key.c_str(), "w"), &std::fclose);
  BOOST_TEST_REQUIRE(
      PEM_write_PrivateKey(key.get(), fresh, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  std::filesystem::permissions(
      out.key, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  unsigned char* der = nullptr;
  const int size = i2d_X509(certificate.get(), &der);
  out.der.assign(der, der + size);
  OPENSSL_free(der);
  return out;
}

bool verifies(const Key& key, JwsAlgorithm signature, std::string_view text, const Bytes& octets) {
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(),
                                                                   &EVP_MD_CTX_free);
  EVP_PKEY_CTX* parameters = nullptr;
  EVP_DigestVerifyInit(context.get(), &parameters, EVP_sha256(), nullptr, key.get());
  if (signature == JwsAlgorithm::ps256) {
    EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING);
    EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, 32);
  }
  return EVP_DigestVerify(context.get(), octets.data(), octets.size(), bytes_of(text).data(),
                          text.size()) == 1;
}

boost::json::object object_in(const std::string& part) {
  return boost::json::parse(text_of(from_base64url(part))).as_object();
}

std::string text(const boost::json::object& object, const std::string& name) {
  return boost::json::value_to<std::string>(object.at(name));
}

struct Fixture {
  crypto_test::TemporaryDirectory directory;
  Made rsa = made(directory, "rsa", EVP_RSA_gen(2048));
};

}  // namespace

BOOST_AUTO_TEST_SUITE(client_assertion)

BOOST_FIXTURE_TEST_CASE(an_assertion_says_who_for_whom_and_until_when, Fixture) {
  const AssertionKey key(rsa.certificate, rsa.key);
  for (const auto signature : {JwsAlgorithm::ps256, JwsAlgorithm::rs256}) {
    const auto secret = key.assertion(signature, "sealpost", "https://login.example/t", 1000);
    const std::string jwt(secret.begin(), secret.end());
    const auto first = jwt.find('.'), second = jwt.rfind('.');
    BOOST_TEST_REQUIRE((first != jwt.npos && first < second));

    const auto header = object_in(jwt.substr(0, first));
    BOOST_TEST(text(header, "alg") == (signature == JwsAlgorithm::ps256 ? "PS256" : "RS256"));
    BOOST_TEST(text(header, "typ") == "JWT");
    BOOST_TEST(text(header, "x5t#S256") == to_base64url(crypto::sha256(rsa.der)));

    const auto claims = object_in(jwt.substr(first + 1, second - first - 1));
    BOOST_TEST(text(claims, "aud") == "https://login.example/t");
    BOOST_TEST(text(claims, "iss") == "sealpost");
    BOOST_TEST(text(claims, "sub") == "sealpost");
    BOOST_TEST(claims.at("nbf").as_int64() == 940);
    BOOST_TEST(claims.at("exp").as_int64() == 1600);
    BOOST_TEST(claims.at("jti").as_string().size() == 32U);

    BOOST_TEST(verifies(rsa.pair, signature, jwt.substr(0, second),
                        from_base64url(jwt.substr(second + 1))));
  }
  const auto once = key.assertion(JwsAlgorithm::ps256, "a", "b", 0);
  BOOST_TEST((key.assertion(JwsAlgorithm::ps256, "a", "b", 0) != once));
}

BOOST_FIXTURE_TEST_CASE(a_key_that_will_not_do_is_refused_with_its_reason, Fixture) {
  const auto refusal = [](const std::filesystem::path& certificate,
                          const std::filesystem::path& key) -> std::string {
    try {
      const AssertionKey taken(certificate, key);
    } catch (const Error& error) {
      return error.what();
    }
    return "taken";
  };
  const auto contains = [](const std::string& text, const std::string& part) {
    return text.find(part) != text.npos;
  };
  const auto other = made(directory, "other", EVP_RSA_gen(2048));
  const auto small = made(directory, "small", EVP_RSA_gen(1024));
  const auto curve = made(directory, "curve", EVP_EC_gen("P-256"));
  BOOST_TEST(refusal(rsa.certificate, rsa.key) == "taken");
  BOOST_TEST(contains(refusal(rsa.certificate, other.key), "is for another key"));
  BOOST_TEST(contains(refusal(small.certificate, small.key), "2048 bits"));
  BOOST_TEST(contains(refusal(curve.certificate, curve.key), "2048 bits"));
  BOOST_TEST(contains(refusal(rsa.key, rsa.key), "holds no certificate"));
  BOOST_TEST(contains(refusal(directory / "none", rsa.key), "cannot read"));
  BOOST_TEST(contains(refusal(rsa.certificate, directory / "none"), "no key file"));
  std::filesystem::permissions(rsa.key, std::filesystem::perms::group_read,
                               std::filesystem::perm_options::add);
  BOOST_TEST(contains(refusal(rsa.certificate, rsa.key), "others than its owner"));
}

BOOST_AUTO_TEST_SUITE_END()
