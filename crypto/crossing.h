#pragma once
// The boundary, as code. Mail at rest is ciphertext; each time some of it is opened in this
// process, that is a crossing, and it has a cause, an actor and a mailbox, or it does not compile:
// every function that opens takes a Crossing.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/ids.h"

namespace crypto {

enum class Cause {
  fetch,
  search,
  sort,
  preview,
  index,
  deliver,
  copy,
  export_,
  rewrap,
  integrity,
  lab
};
inline constexpr std::size_t cause_count = 11;
std::string_view name_of(Cause);

// On whose behalf: a user (or a client in the user's name), or the service itself.
enum class ActorClass { user, system };

struct Actor {
  ActorClass kind = ActorClass::system;
  AccountId account{};  // none for system
};

struct Crossing {
  Cause cause;
  Actor actor;
  MailboxId mailbox;
};

// What the crypto layer counts itself: one operation for each successful open() of sealed mail or
// mailbox records, and the plaintext bytes it gave. Process-wide totals; any thread.
struct CrossingTotals {
  std::uint64_t operations = 0;
  std::uint64_t bytes = 0;
};
CrossingTotals crossings(Cause, ActorClass);

// For aead.cpp and delivery_key.cpp alone.
void count_crossing(const Crossing&, std::size_t plain_bytes) noexcept;

}  // namespace crypto
