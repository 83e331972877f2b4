#pragma once
// Accounts that may set quotas over IMAP (RFC 9208 4.1.3): those that the configuration names.
// Blocking pool only, but for has().

#include <set>
#include <string>

#include "policy/audit.h"
#include "policy/mailboxes.h"

namespace policy {

class QuotaAdmins {
 public:
  QuotaAdmins(storage::Directory& directory, Mailboxes& mailboxes, Audit& audit,
              std::set<std::string> names)  // of accounts, in lower case
      : directory_(directory), mailboxes_(mailboxes), audit_(audit), names_(std::move(names)) {}

  bool has(const storage::Account& account) const { return names_.contains(account.name); }

  // Whose mailbox that quota root is: it is called like the account. Throws not_found.
  storage::Account owner(const std::string& root);

  // What it does not name is unlimited from then on. Recorded before it is done and with its
  // outcome, as the admin socket's `quota set` is (RULES.md section 14).
  void set(const storage::Account& by, const storage::Account& owner, const storage::Quota&);

 private:
  storage::Directory& directory_;
  Mailboxes& mailboxes_;
  Audit& audit_;
  std::set<std::string> names_;
};

}  // namespace policy
