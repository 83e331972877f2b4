#pragma once
// SELECT and EXAMINE (RFC 3501 6.3.1, 6.3.2): a folder is opened and described.

#include "imap/commands/commands.h"

namespace imap::commands {

// Reads the command to its end and says all untagged answers. Returns how the folder is open: not
// for writing where the user has no right to change anything. What was selected is so no longer,
// also when this throws.
Task<Access> open_folder(Session&, Request&, Access wanted);

}  // namespace imap::commands
