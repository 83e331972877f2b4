#pragma once
// A folder as it lies on disk, in one transaction of a reader.

#include <optional>

#include "storage/mailbox.h"
#include "storage/mailbox_seals.h"
#include "storage/sqlite.h"

namespace storage {

FolderState read_state(Connection&, const MailboxSeals&, FolderId, const Reason&);  // not_found

// None when there is no such message; throws corrupt where that cannot be told.
std::optional<Entry> read_entry(Connection&, const MailboxSeals&, FolderId, Uid, const Reason&);

// A block that does not open hides the entries in it, but not that they are: they are among the
// rest as lost ones (Entry::is_lost). Where nothing tells which UIDs of the block have messages,
// all are given, for what is missing looks expunged, and clients would remove their own copies.
// Throws corrupt when the counters tell of messages that are in no block.
Selected read_folder(Connection&, const MailboxSeals&, FolderId, const Reason&);

}  // namespace storage
