#pragma once
// What would have stopped a way to a mailbox's key, or, where there is none, what it would take.

#include <string>
#include <vector>

#include "server/lab/prediction.h"

namespace server::lab {

// `end_to_end`: the mailbox has that level, which need not be advised.
std::vector<std::string> stops(const std::set<Way>&, bool end_to_end);

// The keys that wrap this mailbox's DEP key, by who holds them.
std::vector<std::string> would_open(const Clear&, const StoredMailbox&);

}  // namespace server::lab
