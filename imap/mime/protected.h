#pragma once
// Mail that its owner alone reads (policy/RULES.md section 20): made before it is stored, from the
// message that came. Inside, encrypted, is that message, octet for octet, so that `openssl cms
// -decrypt` gives it back and signatures in it (DKIM, S/MIME) still hold. As it begins with its own
// header, clients that look for protected headers there (RFC 9788) show the real subject.
//
// Outside are: From, To and Cc (addresses alone), Date (in UTC), Message-ID, In-Reply-To,
// References, and the subject "[...]" (RFC 9788 section 3.2.1).

#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "storage/mailbox.h"

namespace imap::mime {

// Throws what crypto::enveloped throws.
std::string protected_form(std::string_view octets, std::span<const Bytes> certificates);

// The message in its protected form, with all that is derived from that. One that is encrypted
// already (opaque.h) stays as it came, its header too.
storage::NewMessage protect(storage::NewMessage, std::span<const Bytes> certificates);

}  // namespace imap::mime
