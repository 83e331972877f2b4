#pragma once
// Who shares folders with whom, and what accounts are called in ACLs (RFC 4314; RULES.md section
// 13). The rights themselves are in the trees of mailboxes (storage/acl.h). Blocking pool only.

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/audit.h"
#include "storage/acl.h"
#include "storage/directory.h"
#include "storage/mailbox.h"

namespace policy {

// An account's subscription to what others share with it. Ends with its destruction.
class ShareWatch {
 public:
  // Rights were given to it, or taken, since the last take. Any thread; does not block on I/O.
  bool take();

  // For Sharing. `wake` is called by whoever gives, under a lock: it must only post.
  explicit ShareWatch(std::function<void()> wake) : wake_(std::move(wake)) {}
  void publish();
  // After it returns, wake is not running and will not be called.
  void stop();

 private:
  std::mutex mutex_;
  std::function<void()> wake_;
  bool changed_ = false;
};

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

  // ---- for those who want to know when something new may be seen
  std::shared_ptr<ShareWatch> watch(AccountId, std::function<void()> wake);

 private:
  void publish(AccountId);

  storage::Directory& directory_;
  Audit& audit_;
  Anyone anyone_;
  std::mutex mutex_;
  std::vector<std::pair<AccountId, std::weak_ptr<ShareWatch>>> watches_;
};

}  // namespace policy
