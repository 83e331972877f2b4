#pragma once
// Encoded words (RFC 2047, with the language tags of RFC 2231 section 5).

#include <string>
#include <string_view>

namespace imap::mime {

// A field value, folded or not, as UTF-8 on one line. Never fails: what is no encoded word stays
// as it is, raw 8-bit text is taken for UTF-8 or else Windows-1252. Encoded words next to each
// other are joined before their charset is read, since mailers cut characters in two.
std::string decode_words(std::string_view value);

// For an unstructured field or a display name that we write: as it is when it is printable ASCII,
// else encoded words of UTF-8 with blanks between, where the field may be folded. Throws invalid
// for CR, LF and NUL.
std::string encode_words(std::string_view utf8);

}  // namespace imap::mime
