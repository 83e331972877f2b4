#pragma once
// Any charset that mail names to UTF-8, by ICU. Never fails: unknown charsets and wrong octets give
// readable text where they can and U+FFFD where not. No locale has any say.

#include <string>
#include <string_view>

namespace imap::mime {

// `charset` as the mail names it; empty or unknown: UTF-8 if it is that, else Windows-1252.
// us-ascii and iso-8859-1 are read as Windows-1252, gb2312 as GB18030, as mailers mean them.
std::string to_utf8(std::string_view octets, std::string_view charset);

bool is_utf8(std::string_view);  // RFC 3629: no surrogates, no overlong forms
bool is_ascii(std::string_view);

// At most `limit` code points, and never half of one.
std::string_view first_characters(std::string_view utf8, std::size_t limit);
// Octets cut so that no UTF-8 sequence is split.
std::string_view cut_utf8(std::string_view utf8, std::size_t octets);

}  // namespace imap::mime
