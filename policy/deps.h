#pragma once
// Data Encryption Policies: made, listed, assigned (reference: customer key, decisions D1 to D7).
// Blocking pool only; any thread.

#include <optional>
#include <string>
#include <vector>

#include "crypto/root_keys.h"
#include "crypto/service_keys.h"
#include "policy/key_ring.h"
#include "policy/root_checks.h"
#include "storage/directory.h"

namespace policy {

inline constexpr std::string_view managed_dep_name = "managed";

struct NewDep {
  std::string name;
  std::string description;  // at most 1000 octets
  crypto::RootKeyRef root_a, root_b;
};

class Deps {
 public:
  Deps(storage::Directory&, crypto::RootKeys&, crypto::ServiceKeys&, KeyRing&, const Clock&);

  // Makes the managed default if it is not there. Called once at start.
  void ensure_managed(const crypto::RootKeyRef& a, const crypto::RootKeyRef& b);

  // Both roots: fetched, checked (two different vaults, RSA of 2048 bits or more, enabled, in time,
  // no expiry, wrapKey and unwrapKey), wrapped and unwrapped round. Throws invalid, denied or
  // unavailable with a reason for each root, and then nothing is left behind.
  storage::Dep create(const NewDep&);
  // The same, changing nothing. Throws invalid or exists only for the name and the description.
  std::vector<RootCheck> check(const NewDep&);

  storage::Dep dep(std::string_view name);
  std::vector<storage::Dep> list();
  storage::WrappedDepKey keys(const storage::Dep&);
  std::vector<storage::MailboxRecord> mailboxes(const storage::Dep&);

  // Rewraps the mailbox's key under the DEP (none: the managed default). No mail is rewritten.
  // Throws denied for a disabled DEP, and what KeyRing throws when the old or the new DEP key is
  // not to be had; then nothing has changed.
  storage::MailboxRecord assign(MailboxId, const std::optional<std::string>& dep_name);
  // Which DEP a mailbox without an assignment gets.
  storage::Dep default_dep();

 private:
  storage::Dep make(const NewDep&, storage::Dep);
  void refuse_name(const NewDep&);

  storage::Directory& directory_;
  crypto::RootKeys& roots_;
  crypto::ServiceKeys& service_keys_;
  KeyRing& ring_;
  const Clock& clock_;
};

}  // namespace policy
