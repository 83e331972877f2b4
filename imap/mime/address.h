#pragma once
// Address lists (RFC 5322 3.4 with the obsolete forms of 4.4), as ENVELOPE shows them.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace imap::mime {

struct Address {
  enum class Kind { mailbox, group_start, group_end };

  Kind kind = Kind::mailbox;
  std::string name;   // display name, or else the comment after it, or the group's name; encoded
                      // words are left as they are
  std::string route;  // RFC 5322 4.4 obs-route, "@a,@b"
  std::string local;  // without quotes
  std::string host;   // with the brackets of a literal; empty when it is missing

  bool operator==(const Address&) const = default;
};

inline constexpr std::size_t address_limit = 2000;  // of one field; more are not read

// Takes a folded value and never fails. Empty places in a list are no addresses; every group that
// begins also ends.
std::vector<Address> parse_addresses(std::string_view value, std::size_t limit = address_limit);

}  // namespace imap::mime
