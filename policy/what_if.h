#pragma once
// What would become of mail, if a root were taken away, a vault were down, a mailbox belonged
// elsewhere or was destroyed. Facts and a hypothesis in, the course of each mailbox out: by the
// rules that decide when it happens (verdicts.h), with no clock, database or vault.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "policy/dep_keys.h"
#include "policy/verdicts.h"

namespace policy {

// A version of a DEP's key.
struct VersionFacts {
  DepVersion version;
  std::string dep;  // its name
  struct Root {
    crypto::RootKeyRef key;
    crypto::RootVerdict says = crypto::RootVerdict::ok;  // now
    bool denied_before = false;                          // and has not unwrapped since
  };
  std::vector<Root> roots;  // a, b
  bool availability_key = false;
  std::optional<UnixTime> outage_since{};
};

struct MailboxFacts {
  MailboxId id;
  std::string account;
  DepVersion under, target;
};

struct KeyFacts {
  UnixTime now = 0;
  KeyTimes times;
  std::vector<VersionFacts> versions;
  std::vector<MailboxFacts> mailboxes;
};

struct Hypothesis {
  std::vector<std::string> roots{};  // kids with or without a version, or vaults' URLs
  crypto::RootVerdict say = crypto::RootVerdict::ok;  // what these would answer
  std::map<MailboxId, DepVersion> belong{};           // these would belong there
  std::set<MailboxId> destroyed{};
  UnixTime destroyed_at = 0;

  bool names(const crypto::RootKeyRef&) const;
};

enum class Access : std::uint8_t {
  by_root,
  by_availability_key,
  denied,       // NO [CONTACTADMIN]
  unavailable,  // NO [UNAVAILABLE]
  destroyed,
};
std::string_view name_of(Access);  // "by root", "denied"
inline bool readable(Access access) { return access <= Access::by_availability_key; }

// One use of a mailbox over time: what holds from the first stage's time on, and what holds once
// `by` has come for each later one. Stages are in order.
struct Stage {
  UnixTime by = 0;
  Access access = Access::by_root;
};
struct Course {
  std::vector<Stage> stages;
  Access at(UnixTime) const;
  // From when on it is not readable for good; none: it is.
  std::optional<Stage> end() const;
};

struct Fate {
  MailboxFacts mailbox;
  DepVersion rests;  // under which version it comes to be
  Course users, system;
};

// One for each mailbox, in the order of the facts. Keys in memory are counted as lasting as long as
// they can.
std::vector<Fate> what_if(const KeyFacts&, const Hypothesis&);

// Those of `then` whose users or system come to be worse off than in `now`, what_if() of nothing.
std::vector<Fate> worse(const std::vector<Fate>& now, const std::vector<Fate>& then);

}  // namespace policy
