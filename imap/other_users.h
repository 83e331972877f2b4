#pragma once
// Names of other users' folders (RFC 2342 section 5): "Other Users/bob@example.org/INBOX". No
// network, no database.

#include <optional>
#include <string>
#include <string_view>

namespace imap {

inline constexpr std::string_view other_users = "Other Users";

struct OtherName {
  std::string owner;  // an account's name, as written; empty: the namespace itself
  std::string name;   // within that mailbox; empty: none
};

// Nothing for a name that is not of that namespace. UTF-8, as locate() has it.
std::optional<OtherName> other_name(std::string_view);
std::string shown_name(std::string_view owner, std::string_view name);

}  // namespace imap
