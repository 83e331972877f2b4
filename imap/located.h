#pragma once
// Where a folder name leads that a client gives. Every command that takes one comes here first.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "imap/session.h"

namespace imap {

struct Located {
  std::shared_ptr<storage::Mailbox> mailbox;
  std::string name;                // within that mailbox, UTF-8
  std::string shown;               // as this session's user calls it, UTF-8
  std::optional<FolderId> folder;  // none: it is not there, or is \Noselect

  FolderId existing() const;  // throws as storage::Tree::folder
};

// `raw` is an astring as received. What is not there is named as it would be created. Throws
// BadSyntax and invalid as checked_name.
Task<Located> locate(Session&, std::string_view raw);
// A name as it is shown, UTF-8.
Task<Located> locate_shown(Session&, std::string name);

}  // namespace imap
