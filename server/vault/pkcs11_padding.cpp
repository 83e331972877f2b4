// OpenSSL 3 calls these deprecated and has nothing else that takes an encoded message.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "server/vault/pkcs11_padding.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "base/error.h"

namespace vault {
namespace {

BIGNUM* number(ByteView octets) {
  return BN_bin2bn(octets.data(), static_cast<int>(octets.size()), nullptr);
}

}  // namespace

std::optional<Secret> oaep_decoded(ByteView encoded) {
  const auto size = static_cast<int>(encoded.size());
  Secret plain(encoded.size());
  const int length = RSA_padding_check_PKCS1_OAEP_mgf1(
      plain.data(), size, encoded.data(), size, size, nullptr, 0, EVP_sha256(), EVP_sha256());
  ERR_clear_error();
  if (length < 0) return std::nullopt;
  plain.resize(static_cast<std::size_t>(length));
  return plain;
}

Bytes pss_encoded(const PublicKey& key, SignatureScheme::Hash hash, ByteView digest) {
  const auto modulus = key.modulus();
  const std::unique_ptr<RSA, decltype(&RSA_free)> rsa(RSA_new(), &RSA_free);
  Bytes encoded(modulus.size());
  const auto* md = detail::digest_of(hash);
  if (!rsa || RSA_set0_key(rsa.get(), number(modulus), number(key.exponent()), nullptr) != 1 ||
      RSA_padding_add_PKCS1_PSS_mgf1(rsa.get(), encoded.data(), digest.data(), md, md,
                                     RSA_PSS_SALTLEN_DIGEST) != 1) {
    ERR_clear_error();
    throw Error(Fault::unavailable, "OpenSSL refuses to encode for RSA-PSS");
  }
  return encoded;
}

Bytes digest_info(SignatureScheme::Hash hash, ByteView digest) {
  const auto size = static_cast<std::uint8_t>(digest.size());
  // SHA-256, -384, -512 are 2.16.840.1.101.3.4.2.1 to .3.
  const auto which = static_cast<std::uint8_t>(static_cast<int>(hash) + 1);
  Bytes out{0x30,  static_cast<std::uint8_t>(17 + size),
            0x30,  0x0d,
            0x06,  0x09,
            0x60,  0x86,
            0x48,  0x01,
            0x65,  0x03,
            0x04,  0x02,
            which, 0x05,
            0x00,  0x04,
            size};
  out.insert(out.end(), digest.begin(), digest.end());
  return out;
}

}  // namespace vault
