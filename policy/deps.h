#pragma once
// Data Encryption Policies: made, changed, assigned, removed (reference: customer key, decisions D1
// to D6, D12, D13; RULES.md sections 3 and 4). What makes new versions of their keys is in
// rotation.h. Who may, and the audit log, are the caller's (server/admin).
//
// Blocking pool only; any thread. Every change has a preview: it throws what the change would
// throw, gives what it would give, and changes nothing.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/root_keys.h"
#include "crypto/service_keys.h"
#include "policy/key_ring.h"
#include "policy/root_checks.h"
#include "policy/sweep.h"
#include "storage/directory.h"

namespace policy {

inline constexpr std::string_view managed_dep_name = "managed";
inline constexpr std::size_t most_active_deps = 50;

// Without one, losing both roots loses the mail, and a denial stops the service's own work too.
enum class AvailabilityKey { made, none };

struct NewDep {
  std::string name;
  std::string description;  // at most 1000 octets
  crypto::RootKeyRef root_a, root_b;
  AvailabilityKey availability = AvailabilityKey::made;
};

enum class Run { preview, change };

// A mailbox that a change means, and where it belongs then.
struct Affected {
  storage::MailboxRecord mailbox;
  storage::DepVersion to;
};

class Deps {
 public:
  // `active`: how many DEPs of customers may be enabled at once.
  Deps(storage::Directory&, crypto::RootKeys&, crypto::ServiceKeys&, Sweep&, const Clock&,
       std::size_t active);

  // Makes the managed default if it is not there. Called once at start.
  void ensure_managed(const crypto::RootKeyRef& a, const crypto::RootKeyRef& b);

  // Both roots: fetched, checked (two different vaults, RSA of 2048 bits or more, enabled, in time,
  // no expiry, wrapKey and unwrapKey), wrapped and unwrapped round. Throws invalid, denied or
  // unavailable with a reason for each root, limit for one DEP too many, and then nothing is left
  // behind.
  storage::Dep create(const NewDep&);
  // The same, changing nothing. Throws invalid, exists or limit only for what is no root's.
  std::vector<RootCheck> check(const NewDep&);

  // ---- looking. An empty or unknown name is an error, never all.
  storage::Dep dep(std::string_view name);  // or its number
  std::vector<storage::Dep> list();
  // The newest; without any wrap once a purge has destroyed them.
  storage::WrappedDepKey keys(const storage::Dep&);
  std::vector<storage::WrappedDepKey> versions(const storage::Dep&);
  std::vector<storage::MailboxRecord> mailboxes(const storage::Dep&);  // under it or assigned to it
  // Which DEP a mailbox without an assignment gets: the tenant-wide one, else the managed.
  storage::Dep default_dep();

  // ---- changing. Those affected by a new name, text or state are the mailboxes that have it.
  std::vector<Affected> rename(std::string_view name, const std::string& to, Run);
  std::vector<Affected> describe(std::string_view name, const std::string& text, Run);
  // D12: takes no new mailboxes from then on; those it has go on working.
  std::vector<Affected> disable(std::string_view name, Run);
  std::vector<Affected> enable(std::string_view name, Run);
  // D13: throws limit, with the list, while a mailbox is on any of its versions.
  std::vector<Affected> remove(std::string_view name, Run);

  // ---- assigning. Notes it, all or none; then mailboxes are moved (sweep.h), or when they are
  // opened next. No mail is rewritten. Throws denied for a disabled DEP.
  std::vector<Affected> assign(std::span<const MailboxId>, std::string_view name, Run);
  // To the tenant-wide DEP, else the managed one. Throws invalid when none of them is assigned.
  std::vector<Affected> unassign(std::span<const MailboxId>, Run);
  std::vector<Affected> set_tenant_wide(std::string_view name, Run);
  std::vector<Affected> clear_tenant_wide(Run);

 private:
  storage::Dep make(const NewDep&, storage::Dep);
  void refuse_name(const std::string& name, std::optional<DepId> but_for);
  void refuse_new(const NewDep&);
  void refuse_one_too_many();
  storage::Dep own(std::string_view name, std::string_view act);  // a customer's
  storage::Dep managed();
  std::vector<Affected> having(const storage::Dep&);
  std::vector<Affected> unassigned_to(const storage::Dep&);
  std::vector<Affected> update(const storage::Dep&, Run);

  storage::Directory& directory_;
  crypto::RootKeys& roots_;
  crypto::ServiceKeys& service_keys_;
  Sweep& sweep_;
  const Clock& clock_;
  const std::size_t active_;
};

// Why `text` is no description, or nothing.
void refuse_description(const std::string& text);

}  // namespace policy
