#pragma once
// New versions of DEP keys, new availability keys, and which root keys are still needed (RULES.md
// section 9). Every new version is a new DEP key: wrapped by the wanted roots and by the DEP's
// availability key, each root tried by a round trip, stored in one transaction; mailboxes move to
// it in time. Blocking pool only; any thread. Run as in deps.h.

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/deps.h"

namespace policy {

// A version of a root key that wraps a version of a DEP's key that is kept.
struct NeededRoot {
  storage::Dep dep;
  std::uint32_t version = 1;    // of the DEP's key
  std::uint64_t mailboxes = 0;  // under it now
  crypto::RootKeyRef key;
  // What its vault says: ok, or why not.
  crypto::RootVerdict verdict = crypto::RootVerdict::ok;
  std::string detail;
  bool enabled = false;
  std::optional<UnixTime> expires;
  // Of a DEP's newest version: the root key has a newer version, a refresh is due.
  std::optional<crypto::RootKeyRef> newer;
};

inline constexpr UnixTime near_expiry = 30 * 86400;

// Why somebody should look at it now: its vault does not give it, it is disabled, or it expires
// within near_expiry. Nothing when all is well.
std::optional<std::string> trouble(const NeededRoot&, UnixTime now);

class Rotation {
 public:
  Rotation(storage::Directory&, crypto::RootKeys&, crypto::ServiceKeys&, Deps&, Sweep&,
           const Clock&);

  // A new DEP key under the newest versions of both roots.
  std::vector<Affected> refresh(std::string_view dep, Run);
  // Under another root in one slot; the other root as it is. Throws invalid for the managed
  // default.
  std::vector<Affected> replace_root(std::string_view dep, storage::RootSlot,
                                     const crypto::RootKeyRef&, Run);
  // Under the same versions of the same roots.
  std::vector<Affected> roll_key(std::string_view dep, Run);
  // The availability key itself; no mailbox key changes. Throws invalid for a DEP without one.
  void roll_availability_key(std::string_view dep, Run);
  // At the start: what rolls that were cut short left behind the keys they had made.
  void destroy_former_availability_keys();

  // Every check of dep_health.h.
  std::vector<RootCheck> test(std::string_view dep);
  // Of one DEP or of all, with what the vaults say now.
  std::vector<NeededRoot> needed_roots(std::optional<std::string_view> dep);
  // Those that were made with an availability key, which is missing now, or damaged.
  std::vector<storage::Dep> without_their_availability_key();

 private:
  std::vector<Affected> make_version(const storage::Dep&, const crypto::RootKeyRef& a,
                                     const crypto::RootKeyRef& b, Run);
  std::vector<Affected> moving(const storage::Dep&, const storage::DepVersion& to);
  crypto::AvailabilityKey availability_key(const storage::WrappedDepKey&);
  crypto::DepKey opened(const storage::WrappedDepKey&);
  void destroy_before(const storage::WrappedDepKey&);
  storage::Dep free_dep(std::string_view name);  // that no purge holds

  storage::Directory& directory_;
  crypto::RootKeys& roots_;
  crypto::ServiceKeys& service_keys_;
  Deps& deps_;
  Sweep& sweep_;
  const Clock& clock_;
  std::mutex rolling_;  // one availability key at a time
};

}  // namespace policy
