#pragma once
// ENVELOPE, BODY and BODYSTRUCTURE (RFC 3501 7.4.2) in wire form, right by the grammar for any
// octets: no NIL where a number or a string must be, no multipart without parts.

#include <cstddef>
#include <string>
#include <string_view>

#include "imap/mime/header.h"
#include "imap/mime/scanner.h"

namespace imap::mime {

// How much of hostile mail is told.
struct Detail {
  std::size_t addresses = 2000;      // of one field
  std::size_t octets = 1024 * 1024;  // of one string
};

// Ten fields. Sender and Reply-To fall back to From; an address list without addresses is NIL;
// groups are entries without a host (RFC 3501 7.4.2).
std::string envelope(const Header&, const Detail& = {});

enum class Extensions { without, with };  // BODY, BODYSTRUCTURE

// Calls itself for each level; the scan has bounded the depth.
std::string structure(const Scan&, Extensions, const Detail& = {});

// What structure() has written, for a client in IMAP4rev1: there a message/global is a part as any
// other, without envelope, body and lines (RFC 3501 section 9, body-type-msg). Throws corrupt.
std::string rev1_structure(std::string_view);
// False: there is none in it, and it is the same to all.
bool may_have_global(std::string_view structure);

}  // namespace imap::mime
