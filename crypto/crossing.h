#pragma once
// The boundary, as code. Mail at rest is ciphertext; each time some of it is opened in this
// process, that is a crossing, and it has a cause, an actor and a mailbox, or it does not compile:
// every function that opens takes a Crossing, and none of its three parts has a default.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/ids.h"

namespace crypto {

// The numbers are stored format (crypto/FORMAT.md section 15): never reuse one.
enum class Cause : std::uint8_t {
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
std::optional<Cause> find_cause(std::string_view name);

// As what it is opened: by a user (or a client in the user's name), whom a denial keeps out, or by
// the service itself, for its own work. The numbers are stored format.
enum class ActorClass : std::uint8_t { user, system };
inline constexpr std::array<ActorClass, 2> actor_classes{ActorClass::user, ActorClass::system};
std::string_view name_of(ActorClass);

using AdminId = Id<struct AdminTag, std::uint32_t>;  // a user of the operating system

// On whose behalf.
class Actor {
 public:
  // Nobody asked for it.
  static constexpr Actor service() { return {ActorClass::system, AccountId()}; }
  // A person at the admin socket.
  static constexpr Actor of(AdminId admin, ActorClass kind) {
    Actor actor(kind, AccountId());
    actor.admin = admin;
    return actor;
  }
  // The account that asked for it, its owner's or a delegate's.
  constexpr Actor(ActorClass as, AccountId by) : kind(as), account(by) {}

  ActorClass kind;
  AccountId account;               // none (0) for the service and for admins
  std::optional<AdminId> admin{};  // none for the service and for accounts

  auto operator<=>(const Actor&) const = default;
};

struct Crossing {
  constexpr Crossing(Cause why, const Actor& by, MailboxId of)
      : cause(why), actor(by), mailbox(of) {}

  Cause cause;
  Actor actor;
  MailboxId mailbox;

  bool operator==(const Crossing&) const = default;
};

// What is behind a seal. Opaque are the octets of a message that came encrypted end to end: whoever
// opens our seal finds another one, which nobody opens here.
enum class Content : std::uint8_t { readable, opaque };

// What the crypto layer counts itself: one operation for each successful open() of sealed mail or
// mailbox records, and the plaintext bytes it gave. Process-wide totals; any thread.
struct CrossingTotals {
  std::uint64_t operations = 0;
  std::uint64_t bytes = 0;
  std::uint64_t opaque_bytes = 0;  // of the bytes

  CrossingTotals& operator+=(const CrossingTotals& more) {
    operations += more.operations;
    bytes += more.bytes;
    opaque_bytes += more.opaque_bytes;
    return *this;
  }
  bool operator==(const CrossingTotals&) const = default;
};
CrossingTotals crossings(Cause, ActorClass);

// The same in detail, for the ledger (policy/ledger.h): all that was counted since this was called
// last, each crossing once, in no order. Whoever takes it has to keep it. Any thread.
struct CountedCrossing {
  Crossing crossing;
  CrossingTotals totals;
};
std::vector<CountedCrossing> take_crossings();

// For aead.cpp and delivery_key.cpp alone. Adds to what this thread has counted; waits for nobody,
// but for a take_crossings() at the same moment.
void count_crossing(const Crossing&, std::size_t plain_bytes, Content) noexcept;

}  // namespace crypto
