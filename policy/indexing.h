#pragma once
// The background job that keeps the search index (RULES.md section 21): what deliveries, copies and
// deletions have changed, and what is missing or damaged. Only of mailboxes that are open, and
// whose users may read them, without keeping them open; of others that have changed what is there
// goes after a while, for which no key is needed. A system act, at low priority; a big mailbox and
// others take turns. A failure is of one mailbox, or one database, alone.

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "policy/mailboxes.h"
#include "policy/worker.h"

namespace policy {

class Indexing {
 public:
  // Of one that is behind: how far it is, while it is worked at, or else why not.
  struct Progress {
    storage::IndexProgress uids;
    std::string reason;  // empty: none
  };

  Indexing(Mailboxes&, Mailboxes::Databases&, const Clock&, storage::BriefsOf);

  // Passes in a thread of its own, each `interval` and when woken.
  void start(std::chrono::seconds interval);
  void stop();
  void wake();

  // Blocking pool only, like what follows.
  void pass(const std::stop_token&);
  std::map<MailboxId, Progress> behind() const;  // as of the last pass
  std::uint64_t indexed_uids(MailboxId, DatabaseId);
  // What there is of it goes, and is made anew by the next pass, which is woken. This and the one
  // before throw unavailable where the database is not open.
  void rebuild(MailboxId, DatabaseId);

 private:
  enum class Kept : bool { all, some };
  std::map<MailboxId, storage::MailDatabase*> find_behind();
  Kept keep(MailboxId, storage::MailDatabase&, const std::stop_token&);
  void forget(MailboxId);
  storage::MailDatabase& database(DatabaseId);
  void wait_or_remove(MailboxId, storage::MailDatabase&, const std::string& reason);
  void note(MailboxId, const storage::IndexProgress&, const std::string& reason);

  Mailboxes& mailboxes_;
  Mailboxes::Databases& databases_;
  const Clock& clock_;
  const storage::BriefsOf briefs_of_;
  std::map<MailboxId, UnixTime> waits_;  // since when; a pass's own
  mutable std::mutex mutex_;
  std::map<MailboxId, Progress> behind_;
  Startable worker_;  // ends first
};

}  // namespace policy
