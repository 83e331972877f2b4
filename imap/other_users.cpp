#include "imap/other_users.h"

#include "storage/tree.h"

namespace imap {

std::optional<OtherName> other_name(std::string_view full) {
  if (!full.starts_with(other_users)) return std::nullopt;
  full.remove_prefix(other_users.size());
  if (full.empty()) return OtherName{};
  if (full.front() != storage::hierarchy_separator) return std::nullopt;
  full.remove_prefix(1);
  const auto end = full.find(storage::hierarchy_separator);
  if (end == std::string_view::npos) return OtherName{std::string(full), {}};
  return OtherName{std::string(full.substr(0, end)), std::string(full.substr(end + 1))};
}

std::string shown_name(std::string_view owner, std::string_view name) {
  std::string shown(other_users);
  shown += storage::hierarchy_separator;
  shown += owner;
  shown += storage::hierarchy_separator;
  return shown.append(name);
}

}  // namespace imap
