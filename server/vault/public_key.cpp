#include "server/vault/public_key.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <array>

#include "base/error.h"

namespace vault {
namespace {

using Number = std::unique_ptr<BIGNUM, decltype(&BN_free)>;

void require(bool fine) {
  if (fine) return;
  ERR_clear_error();
  throw Error(Fault::unavailable, "OpenSSL refuses an RSA operation");
}

Bytes number(const EVP_PKEY* key, const char* name) {
  BIGNUM* raw = nullptr;
  require(EVP_PKEY_get_bn_param(key, name, &raw) == 1);
  const Number value(raw, &BN_free);
  Bytes out(static_cast<std::size_t>(BN_num_bytes(value.get())));
  BN_bn2bin(value.get(), out.data());
  return out;
}

Number number_of(ByteView octets) {
  return {BN_bin2bn(octets.data(), static_cast<int>(octets.size()), nullptr), &BN_free};
}

struct NamedScheme {
  std::string_view name;
  SignatureScheme scheme;
};
using Padding = SignatureScheme::Padding;
using Hash = SignatureScheme::Hash;
constexpr std::array<NamedScheme, 6> schemes{{
    {"RS256", {Padding::pkcs1, Hash::sha256}},
    {"RS384", {Padding::pkcs1, Hash::sha384}},
    {"RS512", {Padding::pkcs1, Hash::sha512}},
    {"PS256", {Padding::pss, Hash::sha256}},
    {"PS384", {Padding::pss, Hash::sha384}},
    {"PS512", {Padding::pss, Hash::sha512}},
}};

}  // namespace

namespace detail {

const EVP_MD* digest_of(SignatureScheme::Hash hash) {
  switch (hash) {
    case SignatureScheme::Hash::sha256:
      return EVP_sha256();
    case SignatureScheme::Hash::sha384:
      return EVP_sha384();
    case SignatureScheme::Hash::sha512:
      return EVP_sha512();
  }
  return EVP_sha256();
}

void FreeContext::operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }

KeyContext oaep_context(EVP_PKEY* key, int (*begin)(EVP_PKEY_CTX*)) {
  KeyContext context(EVP_PKEY_CTX_new(key, nullptr));
  require(context && begin(context.get()) == 1 &&
          EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_OAEP_PADDING) == 1 &&
          EVP_PKEY_CTX_set_rsa_oaep_md(context.get(), EVP_sha256()) == 1 &&
          EVP_PKEY_CTX_set_rsa_mgf1_md(context.get(), EVP_sha256()) == 1);
  return context;
}

KeyContext signature_context(EVP_PKEY* key, int (*begin)(EVP_PKEY_CTX*),
                             const SignatureScheme& scheme) {
  const bool pss = scheme.padding == SignatureScheme::Padding::pss;
  KeyContext context(EVP_PKEY_CTX_new(key, nullptr));
  require(context && begin(context.get()) == 1 &&
          EVP_PKEY_CTX_set_signature_md(context.get(), digest_of(scheme.hash)) == 1 &&
          EVP_PKEY_CTX_set_rsa_padding(context.get(),
                                       pss ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING) == 1);
  if (pss)
    require(EVP_PKEY_CTX_set_rsa_pss_saltlen(context.get(), RSA_PSS_SALTLEN_DIGEST) == 1 &&
            EVP_PKEY_CTX_set_rsa_mgf1_md(context.get(), digest_of(scheme.hash)) == 1);
  return context;
}

}  // namespace detail

std::size_t SignatureScheme::digest_size() const {
  return static_cast<std::size_t>(EVP_MD_get_size(detail::digest_of(hash)));
}

std::optional<SignatureScheme> signature_scheme(std::string_view name) {
  for (const auto& each : schemes)
    if (each.name == name) return each.scheme;
  return std::nullopt;
}

PublicKey::PublicKey(EVP_PKEY* owned) : key_(owned, &EVP_PKEY_free) {}

PublicKey PublicKey::of_numbers(ByteView modulus, ByteView exponent) {
  const auto n = number_of(modulus), e = number_of(exponent);
  const std::unique_ptr<OSSL_PARAM_BLD, decltype(&OSSL_PARAM_BLD_free)> builder(
      OSSL_PARAM_BLD_new(), &OSSL_PARAM_BLD_free);
  require(n && e && builder &&
          OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) == 1 &&
          OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) == 1);
  const std::unique_ptr<OSSL_PARAM, decltype(&OSSL_PARAM_free)> params(
      OSSL_PARAM_BLD_to_param(builder.get()), &OSSL_PARAM_free);
  const detail::KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  EVP_PKEY* key = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
    ERR_clear_error();
    throw Error(Fault::corrupt, "not an RSA public key");
  }
  return PublicKey(key);
}

PublicKey PublicKey::of_pair(EVP_PKEY* pair) {
  return of_numbers(number(pair, OSSL_PKEY_PARAM_RSA_N), number(pair, OSSL_PKEY_PARAM_RSA_E));
}

unsigned PublicKey::bits() const { return static_cast<unsigned>(EVP_PKEY_get_bits(key_.get())); }
Bytes PublicKey::modulus() const { return number(key_.get(), OSSL_PKEY_PARAM_RSA_N); }
Bytes PublicKey::exponent() const { return number(key_.get(), OSSL_PKEY_PARAM_RSA_E); }

Bytes PublicKey::wrap(ByteView plain) const {
  const auto context = detail::oaep_context(key_.get(), &EVP_PKEY_encrypt_init);
  Bytes out(static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())));
  auto size = out.size();
  if (EVP_PKEY_encrypt(context.get(), out.data(), &size, plain.data(), plain.size()) != 1) {
    ERR_clear_error();
    throw Error(Fault::invalid, "too long to wrap under this key");
  }
  return out;
}

bool PublicKey::verify(const SignatureScheme& scheme, ByteView digest, ByteView signature) const {
  const auto context = detail::signature_context(key_.get(), &EVP_PKEY_verify_init, scheme);
  const bool fine = EVP_PKEY_verify(context.get(), signature.data(), signature.size(),
                                    digest.data(), digest.size()) == 1;
  ERR_clear_error();
  return fine;
}

}  // namespace vault
