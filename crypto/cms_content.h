#pragma once
// What CMS (RFC 5652) holds, told by its structure without any key: OpenSSL reads the whole of it,
// and not a label. Any octets; memory is bounded by their number. Any thread.

#include "base/bytes.h"

namespace crypto {

// What is encrypted in EnvelopedData or AuthEnvelopedData (RFC 5083) that has a recipient; empty
// when the octets are, from the first to the last, anything else. What goes with it for all to see
// (names of recipients, attributes) is not looked at.
Bytes enciphered_content(ByteView cms);

// Are they SignedData of what stands elsewhere (RFC 5652 5.2: no eContent)?
bool is_detached_signature(ByteView cms);

}  // namespace crypto
