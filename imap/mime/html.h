#pragma once
// What a person reads of HTML, near enough to search and preview it: tags, comments, scripts and
// styles gone, entities decoded. Block elements part words, inline ones do not.

#include <string>
#include <string_view>

namespace imap::mime {

struct HtmlText {
  std::string shown;
  // What stands behind it, values with a blank between: alt, title, href, src. Without data: URLs,
  // which are octets and no text. Apart from the rest, so that words shown stay next to each other.
  std::string behind;
};

// UTF-8 in and out; any input; linear.
HtmlText text_of_html(std::string_view utf8);

}  // namespace imap::mime
