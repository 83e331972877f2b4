#include "imap/located.h"

#include "imap/folder_name.h"

namespace imap {

FolderId Located::existing() const {
  if (folder) return *folder;
  return mailbox->tree()->folder(name);
}

Task<Located> locate(Session& session, std::string_view raw) {
  Located located{session.shared_mailbox(), checked_name(raw), {}, {}};
  located.shown = located.name;
  const auto tree = located.mailbox->tree();
  if (const auto* node = tree->find(located.name)) located.folder = node->folder;
  co_return located;
}

}  // namespace imap
