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

  ~Mailboxes();

  // Moves it first, if it is not where it belongs (moving.h). Throws what KeyRing::mailbox_key
  // throws, and not_found. That is so for an open mailbox too: a
  // root is asked again once its DEP key has been kept for the ring's ttl.
  std::shared_ptr<storage::Mailbox> open(MailboxId);
  std::size_t open_count() const;
  // Called every few seconds by a job: wipes what has lingered long enough, and the ring's expired
  // DEP keys.
  void close_idle();

  // Account and mailbox together, the mailbox key made and wrapped, in the emptiest database; its
  // folders are there on return. Throws invalid for a name that is none (account_name.h), exists,
  // and what KeyRing::new_mailbox_key throws; then nothing is left behind.
  storage::Account create(const std::string& name, const std::string& password_hash,
                          const storage::Dep&);
  // Record, wrapped key and all rows. Sessions that have it open find their next command failing.
  void remove(const storage::Account&);

 private:
  struct Held;
  std::shared_ptr<Held> held(MailboxId);
  storage::MailDatabase& database(DatabaseId);
  DatabaseId emptiest();

  storage::Directory& directory_;
  KeyRing& ring_;
  Databases& databases_;
  const Clock& clock_;
  std::chrono::seconds linger_;
  mutable std::mutex mutex_;
  std::map<MailboxId, std::shared_ptr<Held>> held_;
  std::map<DatabaseId, std::size_t> population_;  // mailboxes of each; counted once, then kept
};

}  // namespace policy
