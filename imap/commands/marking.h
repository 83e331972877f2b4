#pragma once
// Flags of messages in the selected folder, changed by a command.

#include <vector>

#include "imap/session.h"

namespace imap::commands {

// Durable, and absorbed by the view, when it ends; the client has not been told. Returns those that
// were left alone since they have changed after `unchanged_since`; rising.
Task<std::vector<Uid>> mark(Session&, const std::vector<Uid>&, storage::FlagMode,
                            const storage::FlagNames&,
                            std::optional<ModSeq> unchanged_since = std::nullopt);

}  // namespace imap::commands
