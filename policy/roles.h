#pragma once
// Who holds which role (RULES.md section 7): users of the operating system, as the kernel names
// them at the admin socket.

#include <sys/types.h>

#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "policy/audit.h"
#include "policy/role.h"
#include "storage/directory.h"

namespace policy {

// What may not be granted or taken, and why; empty when it may. Facts in, answer out.
std::string why_not_granted(const std::vector<storage::RoleGrant>&, uid_t, Role);
// `connecting`: who may use the admin socket at all.
std::string why_not_revoked(const std::vector<storage::RoleGrant>&,
                            const std::set<uid_t>& connecting, uid_t, Role);
// Root is policy-admin, beside what it was granted, as long as nobody who may connect is.
RoleSet roles_of(const std::vector<storage::RoleGrant>&, const std::set<uid_t>& connecting, uid_t);

// Blocking pool only; any thread.
class Roles {
 public:
  // At the very first start, and not where grants were rolled back, root and `own`, the user that
  // the server runs as, are granted all but the two purge steps. `connecting` are those whom the
  // configuration lets in besides. The caller records later grants; these go on record here.
  Roles(storage::Directory&, Audit&, const Clock&, uid_t own, std::set<uid_t> connecting);

  RoleSet of(uid_t) const;
  bool may_connect(uid_t user) const { return connecting_.contains(user); }
  std::vector<storage::RoleGrant> list() const;
  // The time of the grant; nothing when the user does not hold it. A purge's approver must have
  // been one before it was requested.
  std::optional<UnixTime> held_since(uid_t, Role) const;
  std::vector<uid_t> holders(Role) const;  // who may connect, too

  // Throws exists when it is held already, denied with the rule that forbids it.
  void grant(uid_t, Role, const std::string& by);
  // Throws not_found when it is not held, denied with the rule that forbids it.
  void revoke(uid_t, Role);

 private:
  storage::Directory& directory_;
  const Clock& clock_;
  const std::set<uid_t> connecting_;
  mutable std::mutex mutex_;
  std::vector<storage::RoleGrant> grants_;  // as in the directory
};

}  // namespace policy
