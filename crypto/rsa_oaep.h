#pragma once
// RSA-OAEP with SHA-256 for the hash and for MGF1, no label (RFC 8017 section 7.1): what a key
// vault calls RSA-OAEP-256. Any thread.

#include <openssl/evp.h>

#include <memory>
#include <optional>

#include "base/bytes.h"
#include "crypto/locked_memory.h"

namespace crypto {

struct FreeRsaKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using RsaKey = std::unique_ptr<EVP_PKEY, FreeRsaKey>;

RsaKey new_rsa_key(unsigned bits);

// PKCS #8 in PEM, not encrypted. Reading throws corrupt unless it is an RSA key.
SecretBytes to_pem(const RsaKey&);
RsaKey rsa_key_from_pem(ByteView);

Bytes oaep_encrypt(const RsaKey&, ByteView plain);
// Nothing when it does not open, whatever the reason.
std::optional<SecretBytes> oaep_decrypt(const RsaKey&, ByteView sealed);

}  // namespace crypto
