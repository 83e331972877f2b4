#pragma once
// Who shares folders with whom, and what accounts are called in ACLs (RFC 4314; RULES.md section
// 13). The rights themselves are in the trees of mailboxes (storage/acl.h). Blocking pool only.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/audit.h"
#include "policy/watch.h"
#include "storage/acl.h"
#include "storage/directory.h"
#include "storage/mailbox.h"

namespace policy {

class Sharing {
 public:
  enum class Anyone { refused, allowed };  // as an identifier in ACLs

  Sharing(storage::Directory& directory, Audit& audit, Anyone anyone)
      : directory_(directory), audit_(audit), anyone_(anyone) {}

  struct Owner {
    MailboxId mailbox;
    std::string name;  // the account's
  };
  // Whose mailboxes may have something that this account sees, by name.
  std::vector<Owner> owners(AccountId);
  // One of them, by the account's name in any case.
  std::optional<Owner> owner(AccountId, std::string_view name);

  // "bob@example.org", "-bob@example.org", "anyone", and back; empty: the account is gone. Throws
  // not_found, and invalid for what an ACL cannot have.
  storage::Grantee grantee(std::string_view identifier);
  std::string identifier(const storage::Grantee&);

  // Sets them, none: removes the entry. What is given is on record first.
  void set_rights(const storage::Account& by, storage::Mailbox&, FolderId, const storage::Grantee&,
                  storage::Rights);

  // For those who want to know when rights are given to an account, or taken from it.
  std::shared_ptr<Watch> watch(AccountId, std::function<void()> wake);

 private:
  storage::Directory& directory_;
  Audit& audit_;
  Anyone anyone_;
  Watches<AccountId> watches_;  // of whom something is given to
};

}  // namespace policy
