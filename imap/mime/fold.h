#pragma once
// Text as search compares it: case fold and NFKC (Unicode's NFKC_Casefold), every run of white
// space one blank. Stored text and needle go through the same function. No locale has any say.

#include <string>
#include <string_view>

namespace imap::mime {

// `utf8` may hold invalid octets; they become U+FFFD. Idempotent. A run at either end stays one
// blank; the result has no line end.
std::string folded(std::string_view utf8);

}  // namespace imap::mime
