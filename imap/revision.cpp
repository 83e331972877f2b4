#include "imap/revision.h"

#include <algorithm>

namespace imap {

void refuse_removed(const Session& session, std::string_view what, std::string_view instead) {
  if (!session.is_rev2()) return;
  throw BadSyntax("IMAP4rev2 has no " + std::string(what) + ": use " + std::string(instead));
}

void refuse_removed(const Session& session, const std::vector<FetchItem>& items) {
  const auto is_old = [](const FetchItem& item) {
    return item.name == "RFC822" || item.name == "RFC822.HEADER" || item.name == "RFC822.TEXT";
  };
  if (std::any_of(items.begin(), items.end(), is_old))
    refuse_removed(session, "RFC822, RFC822.HEADER and RFC822.TEXT", "BODY[]");
}

void refuse_removed(const Session& session, const std::vector<StatusItem>& items) {
  if (asks_for(items, StatusItem::recent)) refuse_removed(session, "RECENT", "UIDNEXT");
}

}  // namespace imap
