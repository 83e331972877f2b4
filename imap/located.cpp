#include "imap/located.h"

#include "imap/folder_name.h"

namespace imap {

FolderId Located::existing() const {
  if (folder) return *folder;
  return mailbox->tree()->folder(name);
}

Task<Located> locate(Session& session, std::string_view raw) {
  auto located = co_await locate_shown(session, checked_name(raw, session.names()));
  co_return located;
}

Task<Located> locate_shown(Session& session, std::string name) {
  Located located{session.shared_mailbox(), std::move(name), {}, {}};
  const auto tree = located.mailbox->tree();
  if (tree->find(located.name) == nullptr) located.name = normalized_name(located.name);
  located.shown = located.name;
  if (const auto* node = tree->find(located.name)) located.folder = node->folder;
  co_return located;
}

}  // namespace imap
