#pragma once
// Why a message of a view cannot be read, and what is said then.

#include <string>
#include <string_view>
#include <vector>

#include "storage/mailbox.h"

namespace imap {

// It is no longer there; otherwise its stored data is damaged. Blocks.
bool is_expunged(storage::Mailbox&, const storage::Entry&, const storage::Reason&);

// A line in the log, where its octets or summary are damaged: an operator wants to know whose.
void log_damage(const storage::Mailbox&, FolderId, const storage::Entry&);
// The list that it is in is damaged; throws corrupt.
[[noreturn]] void refuse_lost(const storage::Mailbox&, FolderId, const storage::Entry&);

// "[CORRUPTION] WHAT: UID 1,5:7" (RFC 5530 section 3). UIDs rise.
std::string corruption(std::string_view what, const std::vector<Uid>&);
std::string unknown_encoding(std::string_view what, const std::vector<Uid>&);  // [UNKNOWN-CTE]

}  // namespace imap
