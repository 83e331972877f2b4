#pragma once
// How much of mailboxes may be in memory at once (RULES.md section 17).

#include <cstddef>
#include <cstdint>

namespace policy {

struct MemoryBudget {
  std::size_t mailboxes = 20'000;    // open at once, each with its key
  std::size_t plaintext = SIZE_MAX;  // octets, as Mailboxes::plaintext_at_most() counts them
};

}  // namespace policy
