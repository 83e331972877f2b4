#include "imap/status_items.h"

#include <algorithm>

#include "imap/object_id.h"

namespace imap {

namespace {

struct NamedItem {
  std::string_view name;
  StatusItem item;
};
constexpr NamedItem named_items[] = {
    {"MESSAGES", StatusItem::messages},
    {"RECENT", StatusItem::recent},
    {"UIDNEXT", StatusItem::uid_next},
    {"UIDVALIDITY", StatusItem::uid_validity},
    {"UNSEEN", StatusItem::unseen},
    {"SIZE", StatusItem::size},
    {"HIGHESTMODSEQ", StatusItem::highest_modseq},
    {"DELETED", StatusItem::deleted},
    {"DELETED-STORAGE", StatusItem::deleted_storage},
    {"MAILBOXID", StatusItem::mailbox_id},
    {"APPENDLIMIT", StatusItem::append_limit},
};

StatusItem item_of(const std::string& name) {
  const auto found = std::find_if(std::begin(named_items), std::end(named_items),
                                  [&](const NamedItem& item) { return item.name == name; });
  if (found == std::end(named_items)) throw BadSyntax("STATUS does not know an item");
  return found->item;
}

std::string_view name_of(StatusItem item) {
  return std::find_if(std::begin(named_items), std::end(named_items),
                      [&](const NamedItem& named) { return named.item == item; })
      ->name;
}

std::uint64_t number_of(StatusItem item, const FolderStatus& status) {
  const auto& state = status.state;
  switch (item) {
    case StatusItem::messages:
      return state.messages;
    case StatusItem::recent:  // all that came since the last SELECT, but for what has gone again
      return std::min(state.messages, state.uid_next.value - state.first_recent.value);
    case StatusItem::uid_next:
      return state.uid_next.value;
    case StatusItem::uid_validity:
      return state.uid_validity;
    case StatusItem::unseen:
      return state.unseen;
    case StatusItem::size:
      return state.size;
    case StatusItem::highest_modseq:
      return state.highest_modseq.value;
    case StatusItem::deleted:
      return state.deleted;
    case StatusItem::deleted_storage:  // a sum of RFC822.SIZE (RFC 9208 4.1.4)
      return status.deleted_size;
    case StatusItem::append_limit:
      return status.append_limit;
    case StatusItem::mailbox_id:
      break;
  }
  return 0;
}

std::string value_of(StatusItem item, const FolderStatus& status) {
  if (item != StatusItem::mailbox_id) return std::to_string(number_of(item, status));
  return '(' + mailbox_id(status.mailbox, status.state.uid_validity) + ')';
}

}  // namespace

std::vector<StatusItem> read_status_items(Request& request) {
  std::vector<StatusItem> items;
  request.expect('(');
  request.try_space();
  while (!request.try_char(')')) {
    const auto item = item_of(upper_ascii(request.atom()));
    if (!asks_for(items, item)) items.push_back(item);
    if (!request.try_space() && request.peek() != ')')
      throw BadSyntax("items are separated by spaces");
  }
  if (items.empty()) throw BadSyntax("STATUS wants at least one item");
  return items;
}

bool asks_for(const std::vector<StatusItem>& items, StatusItem item) {
  return std::find(items.begin(), items.end(), item) != items.end();
}

FolderStatus read_status(storage::Mailbox& mailbox, FolderId folder,
                         const std::vector<StatusItem>& items, const Limits& limits,
                         const storage::Reason& reason) {
  FolderStatus status{.state = mailbox.state(folder, reason),
                      .mailbox = mailbox.id(),
                      .append_limit = limits.message};
  if (asks_for(items, StatusItem::deleted_storage))
    status.deleted_size = mailbox.deleted_size(folder, reason);
  return status;
}

std::string status_line(std::string_view folder_name, NameForm names,
                        const std::vector<StatusItem>& items, const FolderStatus& status) {
  std::string line = "STATUS " + wire_name(folder_name, names) + " (";
  for (const auto item : items) {
    if (item != items.front()) line += ' ';
    line += std::string(name_of(item)) + ' ' + value_of(item, status);
  }
  return line + ')';
}

}  // namespace imap
