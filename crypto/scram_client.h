#pragma once
// SCRAM-SHA-256 and -PLUS (RFC 5802, RFC 7677), the client's side: what it says, and whether the
// server knows the password, too. One login.

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "crypto/secret_text.h"

namespace crypto {

// RFC 5802 section 6.
enum class ScramBinding {
  none,         // "n"
  not_offered,  // "y": could be had, but for the server
  exporter,     // "p=tls-exporter" (RFC 9266)
};

class ScramClient {
 public:
  // `password` has been through SASLprep; `nonce` is printable and without a comma; `channel`: with
  // ScramBinding::exporter.
  ScramClient(std::string_view user, SecretText password, std::string nonce, ScramBinding,
              Bytes channel);

  std::string first() const;
  // Takes some milliseconds. Throws denied for what no server may say, or asks too much of us.
  std::string final(std::string_view server_first);
  // Throws denied: it does not know the password.
  void check(std::string_view server_final) const;

 private:
  const SecretText password_;
  const std::string header_, bare_, nonce_;
  const Bytes channel_;
  Bytes expected_;  // of the server
};

}  // namespace crypto
