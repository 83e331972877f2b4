#pragma once
// The rows of annotations, for storage's own files. In an operation of the writer.

#include "storage/annotations.h"
#include "storage/folders.h"

namespace storage {

// To a folder that has none. Throws limit.
void copy_annotations(Folders&, Connection&, FolderId from, FolderId to, const Reason&);
void remove_annotations(Folders&, Connection&, FolderId);
void remove_annotations(Connection&, MailboxId);  // all of a mailbox
// All of them, under the key of this epoch.
void seal_annotations_anew(Folders&, Connection&, std::uint32_t epoch, const Reason&);
// Those of before there were versions (mailbox_adoption.h).
void adopt_annotations(Folders&, Connection&, const Reason&);

}  // namespace storage
