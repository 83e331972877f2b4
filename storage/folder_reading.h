#pragma once
// A folder as it lies on disk, in one transaction of a reader.

#include <optional>

#include "storage/folder_records.h"
#include "storage/mailbox.h"
#include "storage/mailbox_root.h"
#include "storage/mailbox_seals.h"
#include "storage/piece_cache.h"
#include "storage/sqlite.h"

namespace storage {

FolderRecord read_folder_record(Connection&, const MailboxSeals&, const MailboxRoot&, FolderId,
                                const Reason&);  // without its list; throws not_found
FolderState read_state(Connection&, const MailboxSeals&, const MailboxRoot&, FolderId,
                       const Reason&);  // likewise
// Empty where there is none.
Block read_block(Connection&, const MailboxSeals&, const BlockVersions&, BlockId, const Reason&);
Block read_block(Connection&, const MailboxSeals&, const MailboxRoot&, BlockId, const Reason&);

// None when there is no such message; throws corrupt where that cannot be told.
std::optional<Entry> read_entry(Connection&, const MailboxSeals&, const MailboxRoot&, FolderId, Uid,
                                const Reason&);

// A block that does not open hides the entries in it, but not that they are: they are among the
// rest as lost ones (Entry::is_lost), for what is missing looks expunged, and clients would remove
// their own copies. Throws corrupt when that cannot be told either.
// Blocks that somebody has already are not read.
Selected read_folder(Connection&, const MailboxSeals&, const MailboxRoot&, PieceCache&, FolderId,
                     const Reason&);

}  // namespace storage
