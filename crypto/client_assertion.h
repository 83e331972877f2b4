#pragma once
// A JWT by which a client proves itself instead of by a secret (RFC 7523 section 2.2, RFC 7515).

#include <openssl/types.h>

#include <filesystem>
#include <memory>
#include <string>

#include "base/clock.h"
#include "crypto/https_client.h"

namespace crypto {

enum class JwsAlgorithm { ps256, rs256 };  // RFC 7518 sections 3.5 and 3.3

class AssertionKey {
 public:
  // PEM files; the key's may be read by its owner alone. Throws not_found, corrupt, and invalid:
  // not RSA of 2048 bits or more, or the certificate is for another key.
  AssertionKey(const std::filesystem::path& certificate, const std::filesystem::path& key);

  // For this audience (the token endpoint), good for ten minutes from now, never twice the same.
  SecretText assertion(JwsAlgorithm, const std::string& client_id, const std::string& audience,
                       UnixTime now) const;

 private:
  std::string signed_by(JwsAlgorithm, std::string_view text) const;

  std::string thumbprint_;  // x5t#S256: base64url of the SHA-256 of the certificate
  std::shared_ptr<EVP_PKEY> key_;
};

}  // namespace crypto
