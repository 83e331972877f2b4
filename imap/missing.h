#pragma once
// Why a message of a view cannot be read.

#include "storage/mailbox.h"

namespace imap {

// It is no longer there; otherwise its stored data is damaged. Blocks.
bool is_expunged(storage::Mailbox&, const storage::Entry&, const storage::Reason&);

}  // namespace imap
