#include "imap/located.h"

#include "imap/folder_name.h"

namespace imap {

FolderId Located::existing() const {
  if (folder) return *folder;
  return mailbox->tree()->folder(name);
}

Task<Located> locate(Session& session, std::string_view raw) {
  Located located{session.shared_mailbox(), checked_name(raw, session.names()), {}, {}};
  const auto tree = located.mailbox->tree();
  if (tree->find(located.name) == nullptr) located.name = normalized_name(located.name);
  located.shown = located.name;
  if (const auto* node = tree->find(located.name)) located.folder = node->folder;
  co_return located;
}

}  // namespace imap
