#pragma once
// Somebody who has a private key and an S/MIME certificate, made when asked for.

#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace test_support {

class Recipient {
 public:
  struct Options {
    std::string key = "RSA";  // or a curve: "P-256"
    int bits = 2048;
    std::string usage = {};     // "digitalSignature"; empty: the certificate does not say
    std::string extended = {};  // "emailProtection", likewise
    long valid_from = -3600, valid_to = 24 * 3600;  // seconds from now
  };
  Recipient() : Recipient(Options{}) {}
  explicit Recipient(const Options&);

  const Bytes& der() const { return der_; }
  std::string pem() const;
  // Of CMS in DER, as `openssl cms -decrypt` does it; throws std::runtime_error.
  std::string decrypted(std::string_view cms) const;
  // Of a message whose body it is, in base64.
  std::string opened(std::string_view message) const;

 private:
  struct Parts;
  std::shared_ptr<const Parts> parts_;
  Bytes der_;
};

// One with an RSA key, the same each time: they are slow to make.
const Recipient& ada();

}  // namespace test_support
