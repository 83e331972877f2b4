#pragma once
// A certificate that mail is encrypted to (crypto/cms.h): a person's S/MIME certificate. Nobody
// vouches for it here: whoever registers it has looked at its fingerprint. The public key and what
// it may be used for are checked, its issuer is not asked.

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"

namespace crypto {

struct RecipientCertificate {
  Bytes der;
  std::string subject;                 // one line (RFC 2253), for people
  std::vector<std::string> addresses;  // its rfc822Names
  std::string fingerprint;             // SHA-256 in hexadecimal
  std::string key;                     // "RSA 3072", "EC P-256"
  UnixTime not_before = 0, not_after = 0;

  bool expired(UnixTime now) const { return now > not_after; }
};

inline constexpr std::size_t certificate_size_limit = 32 * 1024;  // octets of DER

// The first certificate of a PEM text, or one in DER. Throws invalid, saying what to do, for what
// is none, and for one that mail cannot be encrypted to: an RSA key below 2048 bits, a key that is
// neither RSA nor on P-256, P-384 or P-521, a key usage or extended key usage that says no.
RecipientCertificate recipient_certificate(ByteView pem_or_der);

std::string pem_of(const RecipientCertificate&);

// Throws invalid unless it is valid at that time.
void require_valid(const RecipientCertificate&, UnixTime now);

}  // namespace crypto
