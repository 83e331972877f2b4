#pragma once
// Opens mailboxes: finds the record, gets the key from the ring, and shares one storage::Mailbox
// among all who use it. A mailbox nobody holds any longer is closed, and its key wiped, after
// `linger`. Blocking pool only; any thread.

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "base/clock.h"
#include "policy/key_ring.h"
#include "storage/directory.h"
#include "storage/mail_database.h"
#include "storage/mailbox.h"

namespace policy {

class Mailboxes {
 public:
  using Databases = std::map<DatabaseId, std::unique_ptr<storage::MailDatabase>>;

  Mailboxes(storage::Directory&, KeyRing&, Databases&, const Clock&, std::chrono::seconds linger);

  // Throws what KeyRing::mailbox_key throws, and not_found.
  std::shared_ptr<storage::Mailbox> open(MailboxId);
  std::size_t open_count() const;
  void close_idle();  // called every few seconds by a job; wipes what has lingered long enough

  // Account and mailbox together, the mailbox key made and wrapped, in the emptiest database.
  storage::Account create(const std::string& name, const std::string& password_hash,
                          const storage::Dep&);
  void remove(const storage::Account&);  // record, wrapped key and all rows

 private:
  struct Held;
  storage::Directory& directory_;
  KeyRing& ring_;
  Databases& databases_;
  const Clock& clock_;
  std::chrono::seconds linger_;
  mutable std::mutex mutex_;
  std::map<MailboxId, std::shared_ptr<Held>> held_;
};

}  // namespace policy
