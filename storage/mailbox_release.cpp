// Messages whose last entry seems to be gone, destroyed once all folders were looked through. An
// entry says whether it may share its message; how many there are, only a count in clear says.

#include <map>

#include "base/error.h"
#include "base/log.h"
#include "storage/folder_reading.h"
#include "storage/mailbox_open.h"
#include "storage/message_rows.h"

namespace storage {
namespace {

using Shown = std::map<MessageId, std::int64_t>;

// How many entries show each. Throws corrupt where that cannot be told.
void count(Snapshot& now, Folders& folders, Shown& shown, const Reason& reason) {
  const auto& seals = folders.seals();
  if (now.root().records.is_lost()) seals.corrupt("list of versions", list_row(seals.mailbox()));
  for (const auto& [key, version] : now.root().records.all()) {
    if (key.kind != crypto::Kind::folder_state) continue;
    const FolderId id(key.row);
    const auto read =
        read_folder(now.connection(), seals, now.root(), folders.pieces(), id, reason);
    for (const auto& entry : read.entries) {
      if (entry.is_lost()) seals.corrupt("message of folder", id.value);
      if (const auto found = shown.find(entry.message); found != shown.end()) ++found->second;
    }
  }
}

}  // namespace

void settle_released(MailDatabase::Implementation& database,
                     const std::shared_ptr<Folders>& folders, std::span<const MessageId> released,
                     const Reason& reason) try {
  if (released.empty()) return;
  Shown shown;
  for (const auto message : released) shown.emplace(message, 0);
  {
    Snapshot now(database, *folders, reason);
    count(now, *folders, shown, reason);
  }
  std::vector<MessageId> gone;
  for (const auto& [message, entries] : shown) {
    if (entries == 0) gone.push_back(message);
    if (entries > 0) folders->seals().report("count of entries of message", message.value);
  }
  database.writer.run(folders, small_write, [&](Connection& connection) {
    remove_messages(connection, gone);
    for (const auto& [message, entries] : shown)
      if (entries > 0) set_released_references(connection, message, entries);
  });
} catch (const Error& error) {
  logging::warning("messages_kept", {{"mailbox", folders->seals().mailbox().value},
                                     {"messages", released.size()},
                                     {"reason", error.what()}});
}

}  // namespace storage
