#pragma once
// The public keys of an issuer of tokens: a JSON Web Key Set (RFC 7517 section 5), and whether one
// of them has signed a token (RFC 7515, RFC 7518).
//
// RS256, PS256 and ES256; "none" and MACs are no signatures of anybody. What a token says of its
// own key (jwk, jku, x5c, x5u) is never looked at, and a key serves its own kind of algorithm
// alone.

#include <openssl/types.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/jwt.h"

namespace crypto {

class JwkSet {
 public:
  // Keys of other kinds and uses are passed over. Throws invalid when none is left: at most 256
  // KiB, 100 keys; RSA of 2048 to 8192 bits, EC on P-256.
  explicit JwkSet(std::string_view json);

  enum class Verdict { good, bad, unknown_key };
  Verdict check(const Jwt&) const;
  std::size_t size() const { return keys_.size(); }

 private:
  enum class Kind { rsa, p256 };
  struct Algorithm;
  struct Key {
    std::string id, algorithm;  // either may be empty
    Kind kind;
    std::shared_ptr<EVP_PKEY> key;
  };
  static const Algorithm* find_algorithm(std::string_view name);
  static std::shared_ptr<EVP_PKEY> rsa_key(const boost::json::object&);
  static std::shared_ptr<EVP_PKEY> p256_key(const boost::json::object&);
  static bool verify(const Key&, const Algorithm&, const Jwt&);
  void add(const boost::json::object&);

  std::vector<Key> keys_;
};

}  // namespace crypto
