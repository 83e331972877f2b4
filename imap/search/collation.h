#pragma once
// The comparator i;unicode-casemap (RFC 5051), by which SORT orders text (RFC 5256 section 5, RFC
// 5255 section 4.2).

#include <string>
#include <string_view>

namespace imap::search {

// Each character in title case, then taken apart (compatibility decomposition): what compares as
// octets compare. Invalid octets become U+FFFD.
std::string collated(std::string_view utf8);

}  // namespace imap::search
