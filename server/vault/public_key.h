#pragma once
// The public half of an RSA key, and what takes no more than it: RSA-OAEP-256 (RFC 8017 section 7.1
// with SHA-256 both as hash and in MGF1, empty label) one way, and checking signatures. Any thread.

#include <openssl/types.h>

#include <memory>
#include <optional>
#include <string_view>

#include "base/bytes.h"

namespace vault {

// RFC 8017 section 8: PKCS #1 v1.5 or PSS (MGF1 with the same hash, salt as long as the digest).
struct SignatureScheme {
  enum class Padding { pkcs1, pss };
  enum class Hash { sha256, sha384, sha512 };
  Padding padding;
  Hash hash;

  std::size_t digest_size() const;
};
// "RS256", "PS512", ... (RFC 7518 section 3.1); nothing for every other name.
std::optional<SignatureScheme> signature_scheme(std::string_view name);

class PublicKey {
 public:
  // Both big endian. Throws corrupt when that is no RSA key.
  static PublicKey of_numbers(ByteView modulus, ByteView exponent);
  static PublicKey of_pair(EVP_PKEY* pair);  // takes a reference of its own

  unsigned bits() const;
  Bytes modulus() const;  // big endian, no leading zero
  Bytes exponent() const;

  // Throws invalid when `plain` is longer than the modulus less 66 octets.
  Bytes wrap(ByteView plain) const;
  bool verify(const SignatureScheme&, ByteView digest, ByteView signature) const;

 private:
  explicit PublicKey(EVP_PKEY* owned);
  std::shared_ptr<EVP_PKEY> key_;
};

namespace detail {

// What OpenSSL is told for the two algorithms, for either half of a key. Throws unavailable.
struct FreeContext {
  void operator()(EVP_PKEY_CTX*) const;
};
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, FreeContext>;
KeyContext oaep_context(EVP_PKEY*, int (*begin)(EVP_PKEY_CTX*));
KeyContext signature_context(EVP_PKEY*, int (*begin)(EVP_PKEY_CTX*), const SignatureScheme&);
const EVP_MD* digest_of(SignatureScheme::Hash);

}  // namespace detail

}  // namespace vault
