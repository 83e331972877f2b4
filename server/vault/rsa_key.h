#pragma once
// An RSA key pair, and RSA-OAEP-256: RFC 8017 section 7.1 with SHA-256 both as hash and in MGF1,
// empty label. Any thread.

#include <openssl/types.h>

#include <memory>
#include <optional>

#include "base/bytes.h"
#include "server/vault/secret.h"

namespace vault {

class RsaKey {
 public:
  static RsaKey generate(unsigned bits);   // e = 65537
  static RsaKey from_der(ByteView pkcs8);  // throws corrupt
  Secret der() const;                      // PKCS #8, in the clear: to be sealed at once

  unsigned bits() const;
  Bytes modulus() const;  // big endian, no leading zero
  Bytes exponent() const;

  // Throws invalid when `plain` is longer than the modulus less 66 octets.
  Bytes wrap(ByteView plain) const;
  // Nothing for every ciphertext that does not open, whatever is wrong with it.
  std::optional<Secret> unwrap(ByteView cipher) const;

 private:
  explicit RsaKey(EVP_PKEY* owned);
  std::shared_ptr<EVP_PKEY> pair_;
};

}  // namespace vault
