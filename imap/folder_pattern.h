#pragma once
// The patterns of LIST and LSUB (RFC 3501 6.3.8): '*' is anything, '%' anything within a level.

#include <string_view>

namespace imap {

// Both in the same form of names. INBOX at the beginning is matched without case. Takes time in
// proportion to both lengths multiplied, whatever the pattern.
bool matches(std::string_view pattern, std::string_view name);

}  // namespace imap
