#pragma once
// A purge as the directory keeps it (policy/RULES.md section 10): what is to be destroyed, who
// asked and who approved, and how far it is. Stored form: crypto/FORMAT.md section 7.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/ids.h"

namespace storage {

// The numbers are stored format.
enum class PurgeState : std::uint8_t {
  requested = 1,
  approved = 2,    // grace
  blocked = 3,     // grace is over, but a root unwraps
  destroying = 4,  // no way back
  destroyed = 5,
  cancelled = 6,
};

// A person at the admin socket, and when.
struct PurgeStep {
  std::uint32_t user = 0;
  std::string name;   // "ada (uid 1000)"
  UnixTime time = 0;  // 0: not yet
};

struct PurgeMailbox {
  MailboxId id;
  DatabaseId database;
  std::uint32_t epoch = 1;  // of its key
  std::string account;      // its login name
};

// A version of the DEP's key.
struct PurgeVersion {
  std::uint32_t version = 1;
  std::vector<std::string> kids;  // of its roots
  std::uint32_t generation = 0;   // of the availability key; 0: none
};

// Rows of the mailbox databases, and of the queue.
struct PurgeCounts {
  std::uint64_t folders = 0, messages = 0, arrivals = 0;
  std::optional<std::uint64_t> queued{};  // nothing: the version that counted left them out
};

struct PurgeRecord {
  std::int64_t id = 0;
  DepId dep;
  std::optional<MailboxId> mailbox{};  // it alone; none: the DEP, with all that is under it
  PurgeState state = PurgeState::requested;
  std::string dep_name, reason, contact;
  bool forced = false;
  PurgeStep request{}, approval{}, end{};  // end: of whoever cancelled it, or when it was destroyed
  UnixTime due = 0;                        // not destroyed before; 0: not approved
  std::vector<std::string> blocked_by{};   // kids of roots that unwrapped when it was due
  std::string request_id{};                // of its destruction, in the audit log
  std::vector<PurgeMailbox> mailboxes{};   // by id
  std::vector<PurgeVersion> versions{};    // that its mailboxes are under, or may be
  std::optional<PurgeCounts> counts{};     // once it is being destroyed; of a preview, now

  bool pending() const { return state < PurgeState::destroyed; }
};

Bytes encoded_purge(const PurgeRecord&);
// Throws corrupt.
PurgeRecord decoded_purge(std::int64_t id, ByteView);

// What a purge keeps from being changed. The numbers are stored format.
enum class Hold : std::uint8_t {
  none = 0,
  pending = 1,     // it may still be cancelled
  destroying = 2,  // nobody opens it any more
};

}  // namespace storage
