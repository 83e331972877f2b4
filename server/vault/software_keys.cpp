#include "server/vault/software_keys.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "base/error.h"

namespace vault {
namespace {

using Pair = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

void require(bool fine) {
  if (fine) return;
  ERR_clear_error();
  throw Error(Fault::unavailable, "OpenSSL refuses an RSA operation");
}

class SoftwareKey final : public PrivateKey {
 public:
  explicit SoftwareKey(Pair pair)
      : pair_(std::move(pair)), public_part_(PublicKey::of_pair(pair_.get())) {}

  const PublicKey& public_part() const override { return public_part_; }
  Secret kept() const override;
  std::optional<Secret> exported() const override { return kept(); }
  std::optional<Secret> decrypt(ByteView cipher) const override;
  Bytes sign(const SignatureScheme&, ByteView digest) const override;

 private:
  const Pair pair_;
  const PublicKey public_part_;
};

Secret SoftwareKey::kept() const {
  const std::unique_ptr<PKCS8_PRIV_KEY_INFO, decltype(&PKCS8_PRIV_KEY_INFO_free)> info(
      EVP_PKEY2PKCS8(pair_.get()), &PKCS8_PRIV_KEY_INFO_free);
  const int size = info ? i2d_PKCS8_PRIV_KEY_INFO(info.get(), nullptr) : 0;
  require(size > 0);
  Secret out(static_cast<std::size_t>(size));
  auto* data = out.data();
  require(i2d_PKCS8_PRIV_KEY_INFO(info.get(), &data) == size);
  return out;
}

std::optional<Secret> SoftwareKey::decrypt(ByteView cipher) const {
  const auto context = detail::oaep_context(pair_.get(), &EVP_PKEY_decrypt_init);
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

Bytes SoftwareKey::sign(const SignatureScheme& scheme, ByteView digest) const {
  const auto context = detail::signature_context(pair_.get(), &EVP_PKEY_sign_init, scheme);
  Bytes out(static_cast<std::size_t>(EVP_PKEY_get_size(pair_.get())));
  auto size = out.size();
  require(EVP_PKEY_sign(context.get(), out.data(), &size, digest.data(), digest.size()) == 1 &&
          size == out.size());
  return out;
}

}  // namespace

HeldKey SoftwareKeys::make(const KeyId&, unsigned bits) {
  Pair pair(EVP_RSA_gen(bits), &EVP_PKEY_free);
  require(pair != nullptr);
  return std::make_shared<const SoftwareKey>(std::move(pair));
}

HeldKey SoftwareKeys::open(const KeyId&, ByteView kept) {
  const auto* data = kept.data();
  Pair pair(d2i_AutoPrivateKey(nullptr, &data, static_cast<long>(kept.size())), &EVP_PKEY_free);
  if (!pair || EVP_PKEY_get_base_id(pair.get()) != EVP_PKEY_RSA) {
    ERR_clear_error();
    throw Error(Fault::corrupt, "not an RSA private key");
  }
  return std::make_shared<const SoftwareKey>(std::move(pair));
}

}  // namespace vault
