#pragma once
// What a change of a mailbox's protection level means, before it is made: what is gained and lost,
// of how many messages, and what no change brings back.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/protection.h"

namespace server::protection {

// How the messages of a mailbox are now.
struct Survey {
  std::uint64_t messages = 0, encrypted = 0;  // for their owner alone
  std::uint64_t readable() const { return messages - encrypted; }
};
// Reads the summaries of all mail, in the name of who asks.
Survey survey(storage::Mailbox&, const crypto::Actor&);

struct Effects {
  std::vector<std::string> gained, lost;
  std::string undo;
};
// `survey`: nothing where the mailbox's key is not to be had.
Effects effects_of(const std::optional<storage::Protection>& before,
                   const std::optional<storage::Protection>& after,
                   const std::optional<Survey>& survey);

}  // namespace server::protection
