#pragma once
// What SEARCH looks at: header and body of a message as decoded, folded UTF-8 (imap/mime/fold.h).

#include <cstddef>
#include <string>

#include "imap/mime/scanner.h"

namespace imap::mime {

inline constexpr std::size_t body_text_limit = 16 * 1024 * 1024;  // octets before folding
inline constexpr std::size_t header_text_limit = 1024 * 1024;

// One line a field, in message order: "name: value\n", encoded words and RFC 2231 parameters
// decoded. A value holds no LF, so that a key can be held against one field alone.
std::string header_text(const Header&);

// Begins a line that is a header field of a MIME part, for TEXT and not BODY to find (RFC 9051
// 6.4.4). Folded text has none.
inline constexpr char mime_field_mark = '\r';

struct BodyText {
  // Of all parts that are text (html.h) or message/..., attachments' names, header fields of parts,
  // messages inside: folded, a line each. What is searched for is folded, too, and holds no LF: it
  // is found in one of them alone.
  std::string text;
  std::string preview;  // RFC 8970: at most 200 characters, not folded, blanks single
  bool attachments = false;
};

// Nothing is read of S/MIME and PGP/MIME but what is open: such parts are not text, and armour
// inside text (armour.h) is left out.
BodyText body_text(const Scan&);

}  // namespace imap::mime
