#pragma once
// Mail that was encrypted end to end before it came: only a private key that this server never has
// opens it. The octets decide, not what a label claims: a CMS content type, or the first packet of
// an OpenPGP message.

#include <string_view>

#include "imap/mime/scanner.h"

namespace imap::mime {

enum class Opaque { no, smime, openpgp };

// Of the message as a whole: something in it is encrypted, and nothing beside that can be read but
// its own header. So a footer that a mailing list added makes it `no`; and `no` are signed mail,
// messages inside a message (their headers are open) and what is over the scanner's limits.
//
// S/MIME: EnvelopedData, AuthEnvelopedData, EncryptedData (RFC 8551 3.3, 3.4; RFC 5652 8), under
// whatever type. OpenPGP: PGP/MIME (RFC 3156 4), also taken apart by servers on the way, and
// armour inside text.
Opaque opacity(const Scan&);

}  // namespace imap::mime
