#pragma once
// Mail that was encrypted end to end before it came: only a private key that this server never has
// opens it. The octets decide, not what a label claims: CMS, or OpenPGP packets, that are whole.

#include <string_view>

#include "imap/mime/scanner.h"

namespace imap::mime {

enum class Opaque { no, smime, openpgp };

// Of the message as a whole: something in it is encrypted, and nothing beside that can be read but
// its own header and the Content- fields of its parts. So a footer that a mailing list added makes
// it `no`, and so does text before, between or behind parts; and `no` are signed mail, HTML (too
// much in it is not shown), messages inside a message (their headers are open), what is cut, and
// what is over the scanner's limits.
//
// S/MIME: EnvelopedData, AuthEnvelopedData (RFC 8551 3.3, 3.4) with a recipient, under whatever
// type, also signed on the outside (3.7). OpenPGP: PGP/MIME (RFC 3156 4), also taken apart by
// servers on the way, and armour as a text. The encrypted octets are looked at too: they hold no
// text, so who puts his text in their place is not believed.
Opaque opacity(const Scan&);

}  // namespace imap::mime
