#pragma once
// What a person reads of HTML, near enough to search and preview it: tags, comments, scripts and
// styles gone, entities decoded. Block elements part words, inline ones do not.

#include <string>
#include <string_view>

namespace imap::mime {

// UTF-8 in and out; any input; linear.
std::string text_of_html(std::string_view utf8);

}  // namespace imap::mime
