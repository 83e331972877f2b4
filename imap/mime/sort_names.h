#pragma once
// What SORT compares of an address field (RFC 5256 section 3, RFC 5957 section 3).

#include <string>
#include <string_view>

#include "imap/mime/header.h"

namespace imap::mime {

// Of the field's first address, a group's name included: its mailbox (local part), and what a
// person is shown. Decoded, neither folded nor cut.
struct SortNames {
  std::string mailbox, display;
};
SortNames sort_names(const Header&, std::string_view field);

}  // namespace imap::mime
