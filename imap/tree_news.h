#pragma once
// What has become of the names of a mailbox between two looks at its tree, as RFC 5465 5.4 and 5.5
// tell it. Pure.

#include <optional>
#include <string>
#include <vector>

#include "storage/tree.h"

namespace imap {

struct NameChange {
  std::string name;
  std::optional<std::string> old_name{};  // it was renamed, and what is below it with it
};

struct TreeNews {
  std::vector<NameChange>
      names;  // made, deleted or renamed; the parents of what was made or deleted
  std::vector<std::string> subscriptions;  // begun or ended
};

TreeNews news_between(const storage::Tree& before, const storage::Tree& after);

}  // namespace imap
