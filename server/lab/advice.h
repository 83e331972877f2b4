#pragma once
// What would have stopped a way to a mailbox's key, or, where there is none, what it would take.

#include <string>
#include <vector>

#include "server/lab/prediction.h"

namespace server::lab {

std::vector<std::string> stops(const std::set<Way>&);

// The keys that wrap this mailbox's DEP key, by who holds them.
std::vector<std::string> would_open(const Clear&, const StoredMailbox&);

}  // namespace server::lab
