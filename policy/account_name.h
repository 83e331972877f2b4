#pragma once
// Logins and addresses as they are stored and compared.

#include <string>
#include <string_view>

namespace policy {

inline constexpr std::size_t address_limit = 254;  // octets; RFC 5321 4.5.3.1.3 less the brackets
inline constexpr std::size_t local_part_limit = 64;

// Lower case (ASCII; other letters stay as written). Throws invalid unless it is a login of this
// server: "ada@example.org", or a bare "ada", which gets no mail but by an alias. UTF-8 is welcome;
// blanks, control characters and the specials of RFC 5322 3.2.3 are not, and neither is '+', which
// separates a detail.
std::string checked_account_name(std::string_view);

// Likewise, but an address always has a domain.
std::string checked_address(std::string_view);

std::string lower_case(std::string_view);

}  // namespace policy
