#pragma once
// Certificates of TLS: a client's, as a stream has verified it, and the server's own.

#include <openssl/types.h>

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"

namespace crypto {

struct PeerCertificate {
  Bytes fingerprint;                   // SHA-256 of its DER form
  std::vector<std::string> addresses;  // its subject alternative names of type rfc822Name
};

PeerCertificate peer_certificate(const X509*);

UnixTime time_of(const ASN1_TIME*);  // throws invalid
// Until when the certificate that a PEM text begins with is valid. Throws invalid.
UnixTime certificate_expiry(const std::string& pem);

// Of the certificate that a PEM text begins with, or of 64 hexadecimal digits, colons passed over,
// as `openssl x509 -fingerprint -sha256` prints them. Throws invalid.
Bytes certificate_fingerprint(const std::string& pem_or_digits);

}  // namespace crypto
