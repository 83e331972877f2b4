#include "crypto/signature.h"

#include <openssl/evp.h>

#include <memory>
#include <string>

#include "base/error.h"

namespace crypto {
namespace {

using EvpKey = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

[[noreturn]] void failed() { throw Error(Fault::unavailable, "the signature library failed"); }

std::string signed_form(std::string_view purpose, ByteView value) {
  if (purpose.empty() || purpose.size() > 255)
    throw Error(Fault::invalid, "a signature needs a purpose of 1 to 255 octets");
  std::string message = "sealpost signature 1";
  message += static_cast<char>(purpose.size());
  message += purpose;
  message += text_of(value);
  return message;
}

EvpKey private_key(ByteView seed) {
  EvpKey key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()),
             EVP_PKEY_free);
  if (!key) failed();
  return key;
}

}  // namespace

Bytes Signature::of(const SigningKey& signer, std::string_view purpose, ByteView value) {
  const auto message = signed_form(purpose, value);
  const auto key = private_key(signer.raw({}));
  const Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  Bytes out(signature_size);
  auto size = out.size();
  if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1 ||
      EVP_DigestSign(context.get(), out.data(), &size, bytes_of(message).data(), message.size()) !=
          1 ||
      size != out.size())
    failed();
  return out;
}

Bytes Signature::public_key(const SigningKey& signer) {
  const auto key = private_key(signer.raw({}));
  Bytes out(public_key_size);
  auto size = out.size();
  if (EVP_PKEY_get_raw_public_key(key.get(), out.data(), &size) != 1 || size != out.size())
    failed();
  return out;
}

bool Signature::holds(ByteView public_key, std::string_view purpose, ByteView value,
                      ByteView signature) {
  if (public_key.size() != public_key_size || signature.size() != signature_size) return false;
  const auto message = signed_form(purpose, value);
  const EvpKey key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, public_key.data(), public_key.size()),
      EVP_PKEY_free);
  const Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  if (!key || !context) failed();
  return EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), signature.data(), signature.size(),
                          bytes_of(message).data(), message.size()) == 1;
}

}  // namespace crypto
