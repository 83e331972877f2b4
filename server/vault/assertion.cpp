#include "server/vault/assertion.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "base/error.h"
#include "server/vault/jwt.h"
#include "server/vault/public_key.h"

namespace vault {
namespace {

constexpr UnixTime clock_skew = 300, longest_life = 3600;
constexpr std::size_t seen_limit = 10'000;
constexpr unsigned least_bits = 2048;

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

std::optional<PublicKey> key_of(const std::string& pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> file(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
  const Certificate certificate(PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr),
                                &X509_free);
  ERR_clear_error();
  auto* key = certificate ? X509_get0_pubkey(certificate.get()) : nullptr;
  if (key == nullptr || EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA) return std::nullopt;
  return PublicKey::of_pair(key);
}

bool is_signed_by(const Jwt& jwt, const std::string& pem) {
  const auto* algorithm = jwt.header.if_contains("alg");
  if (algorithm == nullptr || !algorithm->is_string()) return false;
  const std::string_view name = algorithm->as_string();
  if (name != "PS256" && name != "RS256") return false;
  const auto key = key_of(pem);
  Bytes digest(SHA256_DIGEST_LENGTH);
  SHA256(bytes_of(jwt.signed_part).data(), jwt.signed_part.size(), digest.data());
  return key && key->verify(signature_scheme(name).value(), digest, jwt.signature);
}

}  // namespace

void check_certificate(const std::string& pem) {
  const auto key = key_of(pem);
  if (!key || key->bits() < least_bits)
    throw Error(Fault::invalid, "not a certificate with an RSA key of 2048 bits or more",
                "give it as PEM, without its private key");
  if (pem.find("PRIVATE KEY") != pem.npos)
    throw Error(Fault::invalid, "the file has a private key, which the vault must not have",
                "give the certificate alone");
}

std::string subject_of(std::string_view assertion) {
  const auto jwt = parse_jwt(assertion);
  return jwt ? jwt->text("sub").value_or("") : "";
}

Assertions::Answer Assertions::accept(std::string_view assertion, const std::string& client_id,
                                      const std::vector<std::string>& certificates,
                                      const std::vector<std::string>& audiences) {
  const auto jwt = parse_jwt(assertion);
  if (!jwt || jwt->text("iss") != client_id || jwt->text("sub") != client_id)
    return Answer::refused;
  if (std::ranges::find(audiences, jwt->text("aud").value_or("")) == audiences.end())
    return Answer::refused;
  const auto now = clock_.now();
  const auto expires = jwt->number("exp").value_or(0);
  const auto begins = jwt->number("nbf").value_or(now);
  if (expires <= now - clock_skew || expires > now + longest_life + clock_skew ||
      begins > now + clock_skew)
    return Answer::out_of_time;
  const auto id = jwt->text("jti").value_or("");
  if (id.empty() || id.size() > 128) return Answer::refused;
  const auto by = [&](const std::string& pem) { return is_signed_by(*jwt, pem); };
  const bool proven =
      std::ranges::any_of(certificates, by) && is_new(client_id + '/' + id, expires);
  return proven ? Answer::accepted : Answer::refused;
}

bool Assertions::is_new(const std::string& id, UnixTime expires) {
  const std::lock_guard lock(mutex_);
  const auto past = clock_.now() - clock_skew;
  std::erase_if(seen_, [&](const auto& each) { return each.second <= past; });
  return seen_.size() < seen_limit && seen_.emplace(id, expires).second;
}

}  // namespace vault
