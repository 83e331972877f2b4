// COPY and MOVE: entries go, the message itself stays where it is.

#include "storage/mailbox_open.h"
#include "storage/message_rows.h"

namespace storage {
namespace {

std::vector<Entry> chosen(const FolderEdit& source, std::optional<std::span<const Uid>> uids) {
  std::vector<Entry> entries;
  const auto take = [&](const Entry& entry) { entries.push_back(entry); };
  if (uids) {
    source.each(*uids, take);
  } else {
    source.each(FolderEdit::Damaged::refuse, take);
  }
  return entries;
}

}  // namespace

Flags kept(Flags flags, const KeptFlags& which) {
  flags.system &= which.system;
  if (!which.keywords) flags.keywords = {};
  return flags;
}

// Source and target may be one folder: then the messages get new UIDs at its end.
Copied transfer(Folders& folders, Connection& connection, FolderId from,
                std::optional<std::span<const Uid>> uids, FolderId to, Transfer kind,
                const KeptFlags& flags, const Reason& reason) {
  FolderEdit source(folders, connection, from, reason);
  FolderEdit target(folders, connection, to, reason);
  Copied copied{target.state().uid_validity, {}, {}};
  const auto entries = chosen(source, uids);
  if (kind == Transfer::copy) folders.require_room(connection, usage_of(entries), reason);
  const auto now = wall_clock();
  for (auto entry : entries) {
    copied.from.push_back(entry.uid);
    entry.saved = now;
    entry.flags = kept(entry.flags, flags);
    if (kind == Transfer::copy) {
      source.share(entry);
      entry.shared = true;
    }
    copied.to.push_back(target.add(entry));
  }
  target.finish();
  if (kind == Transfer::copy) {
    add_references(connection, folders.seals(), entries);
  } else {
    for (const auto& entry : entries) source.expunge(entry);
    source.finish();
  }
  return copied;
}

Copied Mailbox::copy(FolderId from, std::span<const Uid> uids, FolderId to, const KeptFlags& flags,
                     const Reason& reason) {
  const auto sorted = rising(uids);
  return open_->write(small_write, [&](Folders& folders, Connection& connection) {
    return transfer(folders, connection, from, sorted, to, Transfer::copy, flags, reason);
  });
}

Copied Mailbox::move(FolderId from, std::span<const Uid> uids, FolderId to, const KeptFlags& flags,
                     const Reason& reason) {
  const auto sorted = rising(uids);
  return open_->write(small_write, [&](Folders& folders, Connection& connection) {
    return transfer(folders, connection, from, sorted, to, Transfer::move, flags, reason);
  });
}

}  // namespace storage
