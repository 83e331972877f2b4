#include "crypto/client_assertion.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <array>
#include <boost/json.hpp>

#include "crypto/secret_file.h"

namespace crypto {
namespace {

namespace json = boost::json;

constexpr UnixTime lifetime = 600, clocks_differ = 60;
constexpr int least_bits = 2048;

using Bio = std::unique_ptr<BIO, int (*)(BIO*)>;
using Certificate = std::unique_ptr<X509, void (*)(X509*)>;

int no_passphrase(char*, int, int, void*) { return 0; }

std::shared_ptr<EVP_PKEY> key_in(const std::filesystem::path& path) {
  const auto pem = read_secret_file(path);
  if (!pem) throw Error(Fault::not_found, "there is no key file " + path.string());
  const Bio bio(BIO_new_mem_buf(pem->data(), static_cast<int>(pem->size())), &BIO_free);
  std::shared_ptr<EVP_PKEY> key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr),
                                &EVP_PKEY_free);
  ERR_clear_error();
  if (!key || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA ||
      EVP_PKEY_get_bits(key.get()) < least_bits)
    throw Error(Fault::invalid, path.string() + " holds no RSA key of 2048 bits or more",
                "give it in PEM, without a passphrase");
  return key;
}

Certificate certificate_in(const std::filesystem::path& path) {
  const Bio bio(BIO_new_file(path.c_str(), "r"), &BIO_free);
  Certificate certificate(
      bio ? PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr) : nullptr, &X509_free);
  ERR_clear_error();
  if (!bio) throw Error(Fault::not_found, "cannot read the certificate " + path.string());
  if (!certificate)
    throw Error(Fault::invalid, path.string() + " holds no certificate", "give it in PEM");
  return certificate;
}

std::string coded(const json::object& value) {
  return to_base64url(bytes_of(json::serialize(value)));
}

void check(int result) {
  if (result <= 0) throw Error(Fault::unavailable, "OpenSSL signs no assertion");
}

}  // namespace

AssertionKey::AssertionKey(const std::filesystem::path& certificate,
                           const std::filesystem::path& key)
    : key_(key_in(key)) {
  const auto read = certificate_in(certificate);
  const bool fits = X509_check_private_key(read.get(), key_.get()) == 1;
  ERR_clear_error();
  if (!fits)
    throw Error(Fault::invalid, certificate.string() + " is for another key than " + key.string());
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  check(X509_digest(read.get(), EVP_sha256(), digest.data(), &size));
  thumbprint_ = to_base64url(ByteView(digest).first(size));
}

SecretText AssertionKey::assertion(JwsAlgorithm signature, const std::string& client_id,
                                   const std::string& audience, UnixTime now) const {
  const json::object header{{"alg", signature == JwsAlgorithm::ps256 ? "PS256" : "RS256"},
                            {"typ", "JWT"},
                            {"x5t#S256", thumbprint_}};
  const json::object claims{{"aud", audience},
                            {"iss", client_id},
                            {"sub", client_id},
                            {"jti", to_hex(random_bytes(16))},
                            {"nbf", now - clocks_differ},
                            {"iat", now},
                            {"exp", now + lifetime}};
  const auto text = coded(header) + '.' + coded(claims);
  SecretText out(text.begin(), text.end());
  return out.append(".").append(signed_by(signature, text));
}

std::string AssertionKey::signed_by(JwsAlgorithm signature, std::string_view text) const {
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(),
                                                                   &EVP_MD_CTX_free);
  EVP_PKEY_CTX* parameters = nullptr;
  check(EVP_DigestSignInit(context.get(), &parameters, EVP_sha256(), nullptr, key_.get()));
  if (signature == JwsAlgorithm::ps256) {
    check(EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING));
    check(EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST));
  }
  const auto octets = bytes_of(text);
  std::size_t size = 0;
  check(EVP_DigestSign(context.get(), nullptr, &size, octets.data(), octets.size()));
  Bytes out(size);
  check(EVP_DigestSign(context.get(), out.data(), &size, octets.data(), octets.size()));
  return to_base64url(ByteView(out).first(size));
}

}  // namespace crypto
