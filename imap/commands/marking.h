#pragma once
// Flags of messages in the selected folder, changed by a command.

#include <vector>

#include "imap/session.h"

namespace imap::commands {

// Durable, and absorbed by the view, when it ends; the client has not been told.
Task<> mark(Session&, const std::vector<Uid>&, storage::FlagMode, const storage::FlagNames&);

}  // namespace imap::commands
