#pragma once
// Octets encrypted to certificates: CMS EnvelopedData (RFC 5652 section 6) as S/MIME has it (RFC
// 8551). Whoever has the private key of one of them reads it, with any program that reads S/MIME.
// Nobody else does: the content key is forgotten on return.
//
// Content: AES-256-CBC, which all such programs read; many do not read AES-GCM (RFC 5084), Debian
// 12's gpgsm and `openssl smime` among them. CBC does not show that somebody has altered it: what
// is stored is sealed once more, by AEAD (crypto/FORMAT.md). Keys: RSA PKCS #1 v1.5, or ECDH with
// SHA-256 and AES-256 key wrap (RFC 5753).

#include <span>

#include "base/bytes.h"
#include "base/error.h"

namespace crypto {

// Nothing is wrong with the message: an admin has to set other certificates.
class CannotEncrypt : public Error {
 public:
  CannotEncrypt()
      : Error(Fault::unavailable, "the message cannot be encrypted to the mailbox's certificates",
              "look at them: sealpost mailbox show; set new ones: sealpost mailbox protect") {}
};

// In DER. `certificates` in DER, at least one. Throws CannotEncrypt when one of them cannot be
// encrypted to, whatever the reason: nothing comes out then.
Bytes enveloped(ByteView content, std::span<const Bytes> certificates);

}  // namespace crypto
