#pragma once
// The rules of purges (RULES.md section 10, decision D14): who may have what destroyed, and when.
// Facts in, answer out: no clock, no database, no vault. Nothing: it may be.

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "policy/verdicts.h"
#include "storage/directory.h"

namespace policy {

using storage::PurgeRecord;
using storage::PurgeState;

std::string_view name_of(PurgeState);  // "requested"

// A root of a version of the DEP's key that is kept, asked just now; a denial that sticks counts.
struct PurgeRoot {
  std::uint32_t version = 1;
  RootAnswer answer;
};

// With force, a root that only does not unwrap is enough: its vault may be gone. One that was not
// asked, or asked for time, is not.
enum class Force { no, yes };

struct DepPurgeFacts {
  storage::Dep dep;
  std::vector<PurgeRoot> roots;
  std::vector<std::string> leaving;   // accounts whose mailboxes are under it and belong elsewhere
  std::vector<std::string> arriving;  // that belong to it and are under another still
  std::vector<std::string> held;      // that are being purged alone
};
std::optional<Error> why_not_purged(const DepPurgeFacts&, Force);
// Once the grace is over. A root that unwrapped then has to deny again.
std::optional<Error> why_not_destroyed(const PurgeRecord&, const std::vector<PurgeRoot>&);

struct MailboxPurgeFacts {
  std::string account;
  bool enabled = true;
  bool managed = false;  // under the managed default
  bool moving = false;   // it belongs to another DEP than it is under
  storage::Hold hold = storage::Hold::none;
};
std::optional<Error> why_not_purged(const MailboxPurgeFacts&);

// Reason and contact: one line each, for people who look at it in years.
std::optional<Error> why_not_text(std::string_view what, std::string_view text);

struct Approval {
  uid_t user = 0;
  std::string name;                          // "bob (uid 1001)"
  std::optional<UnixTime> approver_since{};  // when that role was granted; none: it was not
  std::optional<std::uint64_t> mailboxes{};  // that they say it means: their number, or
  std::string digest{};                      // list_digest(); one of the two is enough
};
std::optional<Error> why_not_approved(const PurgeRecord&, const Approval&);

std::optional<Error> why_not_cancelled(const PurgeRecord&);

// SHA-256, in hexadecimal, of "ID ACCOUNT" and a line end for each mailbox of the list, by id.
std::string list_digest(const PurgeRecord&);

// "DEP contoso", "mailbox ada@example.org"
std::string object_of(const PurgeRecord&);

// What pending purges keep from being changed. Both throw denied.
void refuse_held(const storage::Dep&);
void refuse_held(const storage::MailboxRecord&);

}  // namespace policy
