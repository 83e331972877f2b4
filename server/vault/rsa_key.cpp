#include "server/vault/rsa_key.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "base/error.h"

namespace vault {
namespace {

using Context = std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)>;

void require(bool fine) {
  if (fine) return;
  ERR_clear_error();
  throw Error(Fault::unavailable, "OpenSSL refuses an RSA operation");
}

Context oaep_context(EVP_PKEY* pair, int (*begin)(EVP_PKEY_CTX*)) {
  Context context(EVP_PKEY_CTX_new(pair, nullptr), &EVP_PKEY_CTX_free);
  require(context && begin(context.get()) == 1 &&
          EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_OAEP_PADDING) == 1 &&
          EVP_PKEY_CTX_set_rsa_oaep_md(context.get(), EVP_sha256()) == 1 &&
          EVP_PKEY_CTX_set_rsa_mgf1_md(context.get(), EVP_sha256()) == 1);
  return context;
}

Bytes number(const EVP_PKEY* pair, const char* name) {
  BIGNUM* raw = nullptr;
  require(EVP_PKEY_get_bn_param(pair, name, &raw) == 1);
  const std::unique_ptr<BIGNUM, decltype(&BN_free)> value(raw, &BN_free);
  Bytes out(static_cast<std::size_t>(BN_num_bytes(value.get())));
  BN_bn2bin(value.get(), out.data());
  return out;
}

}  // namespace

RsaKey::RsaKey(EVP_PKEY* owned) : pair_(owned, &EVP_PKEY_free) {}

RsaKey RsaKey::generate(unsigned bits) {
  auto* pair = EVP_RSA_gen(bits);
  require(pair != nullptr);
  return RsaKey(pair);
}

RsaKey RsaKey::from_der(ByteView pkcs8) {
  const auto* data = pkcs8.data();
  auto* pair = d2i_AutoPrivateKey(nullptr, &data, static_cast<long>(pkcs8.size()));
  if (pair == nullptr || EVP_PKEY_get_base_id(pair) != EVP_PKEY_RSA) {
    EVP_PKEY_free(pair);
    ERR_clear_error();
    throw Error(Fault::corrupt, "not an RSA private key");
  }
  return RsaKey(pair);
}

Secret RsaKey::der() const {
  const std::unique_ptr<PKCS8_PRIV_KEY_INFO, decltype(&PKCS8_PRIV_KEY_INFO_free)> info(
      EVP_PKEY2PKCS8(pair_.get()), &PKCS8_PRIV_KEY_INFO_free);
  const int size = info ? i2d_PKCS8_PRIV_KEY_INFO(info.get(), nullptr) : 0;
  require(size > 0);
  Secret out(static_cast<std::size_t>(size));
  auto* data = out.data();
  require(i2d_PKCS8_PRIV_KEY_INFO(info.get(), &data) == size);
  return out;
}

unsigned RsaKey::bits() const { return static_cast<unsigned>(EVP_PKEY_get_bits(pair_.get())); }
Bytes RsaKey::modulus() const { return number(pair_.get(), OSSL_PKEY_PARAM_RSA_N); }
Bytes RsaKey::exponent() const { return number(pair_.get(), OSSL_PKEY_PARAM_RSA_E); }

Bytes RsaKey::wrap(ByteView plain) const {
  const auto context = oaep_context(pair_.get(), &EVP_PKEY_encrypt_init);
  Bytes out(static_cast<std::size_t>(EVP_PKEY_get_size(pair_.get())));
  auto size = out.size();
  if (EVP_PKEY_encrypt(context.get(), out.data(), &size, plain.data(), plain.size()) != 1) {
    ERR_clear_error();
    throw Error(Fault::invalid, "too long to wrap under this key");
  }
  return out;
}

std::optional<Secret> RsaKey::unwrap(ByteView cipher) const {
  const auto context = oaep_context(pair_.get(), &EVP_PKEY_decrypt_init);
  Secret out(static_cast<std::size_t>(EVP_PKEY_get_size(pair_.get())));
  auto size = out.size();
  if (cipher.size() != size ||
      EVP_PKEY_decrypt(context.get(), out.data(), &size, cipher.data(), cipher.size()) != 1) {
    ERR_clear_error();
    return std::nullopt;
  }
  out.resize(size);
  return out;
}

}  // namespace vault
