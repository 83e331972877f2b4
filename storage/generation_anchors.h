#pragma once
// Up to which generation mailboxes, the spool and the ledger are known to have come (anchors.h).
// They only rise; one that is lower in its database is an older state that was put back.

#include <cstdint>
#include <map>
#include <span>

#include "storage/anchors.h"
#include "storage/generations.h"

namespace storage {

// The spool, as if it were a mailbox.
inline constexpr MailboxId spool_anchor{0};
// Of a spool that was rolled back and not accepted: the greatest id of its messages, which are not
// sent.
inline constexpr MailboxId spool_held_back{-1};
// The ledger, likewise.
inline constexpr MailboxId ledger_anchor{-2};

class GenerationAnchors {
 public:
  explicit GenerationAnchors(Anchors& anchors) : anchors_(anchors) {}

  std::map<MailboxId, std::uint64_t> all() const;
  std::uint64_t of(MailboxId) const;  // 0: none is known
  // Those that are greater than what is known; one transaction.
  void raise(std::span<const MailboxGeneration>, Anchors::Until);
  void set(MailboxId, std::uint64_t);  // also a lower one
  void forget(std::span<const MailboxId>);

 private:
  Anchors& anchors_;
};

}  // namespace storage
