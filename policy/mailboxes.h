#pragma once
// Opens mailboxes: finds the record, gets the key from the ring, and shares one storage::Mailbox
// among all who use it. Users pass its gate for as long as the roots have confirmed; the system has
// it also where they may not. A mailbox nobody holds any longer is closed, and its key wiped,
// `linger` after its last use, give or take a second, and earlier where the budget wants the room;
// one that no user may read any more, at once. Blocking pool only; any thread.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "policy/key_ring.h"
#include "policy/memory_budget.h"
#include "policy/protection.h"
#include "storage/directory.h"
#include "storage/mail_database.h"
#include "storage/mailbox.h"

namespace policy {

class Mailboxes {
 public:
  using Databases = std::map<DatabaseId, std::unique_ptr<storage::MailDatabase>>;

  Mailboxes(storage::Directory&, KeyRing&, Databases&, const Clock&, std::chrono::seconds linger);

  ~Mailboxes();

  // Moves it first, if it is not where it belongs (moving.h).
  // Throws denied once it is being destroyed (purges.h), what KeyRing::mailbox_key throws,
  // unavailable where the budget has no room for one more, and not_found. That is so for an open
  // mailbox too: a root is asked again once its DEP key has been kept for the ring's ttl. Opened
  // for the system, it does not become readable for users.
  std::shared_ptr<storage::Mailbox> open(MailboxId, crypto::ActorClass use);

  // ---- mailboxes of which an older state was put back (roll_backs.h). First; open() and what
  // takes mail in throw corrupt for them.
  void hold_back(std::span<const MailboxId>);
  // The older state is accepted, of which clients have seen the `later` generation: it is served
  // again. Its generation. Throws what open() throws, and then it is not.
  std::uint64_t restore(MailboxId, std::uint64_t later);

  // A user's session with a mailbox. `ended` is called when the mailbox stops serving users, with
  // the reason (denied, unavailable, not_found), on a thread of the job: it must only post. Not
  // called any more once the visit is gone, but for a call in progress.
  using Visit = std::shared_ptr<const std::function<void(const Error&)>>;
  using Visits = std::vector<std::weak_ptr<const std::function<void(const Error&)>>>;
  Visit visit(MailboxId, std::function<void(const Error&)> ended);

  // Called every second by a job, and after KeyRing::renew: lets users go on where the ring says
  // so, and ends the visits to mailboxes that serve them no longer.
  void review();

  // ---- mail that comes while open() throws denied or unavailable (storage/arrivals.h)
  bool takes_arrivals(MailboxId);  // it has been open once, so that it has a delivery key
  // Protected as the mailbox is, sealed and on disk when this returns. Throws unavailable without a
  // delivery key, not_found, over_quota, and what storage::Arrivals throws.
  void arrive(MailboxId, std::string_view octets, UnixTime internal_date, std::int16_t zone);
  bool has_arrivals(MailboxId);
  std::vector<MailboxId> with_arrivals();
  // Whether open() would have the key, as far as is known: asks nobody.
  bool has_access(MailboxId);

  // ---- quotas (storage/quota.h). Limits are in force at once, also where a mailbox is open.
  void set_default_limits(const storage::QuotaLimits& limits) {
    default_limits_ = limits;
  }  // first
  const storage::QuotaLimits& default_limits() const { return default_limits_; }
  storage::QuotaLimits limits(MailboxId);
  void set_quota(MailboxId, const storage::Quota&);  // throws not_found

  // ---- memory (RULES.md section 17)
  void set_budget(const MemoryBudget& budget) { budget_ = budget; }  // first
  const MemoryBudget& budget() const { return budget_; }
  // ---- protection (protection.h). In force at once, also where a mailbox is open.
  void encrypt_with(Encrypt encrypt) { encrypt_ = std::move(encrypt); }  // first
  std::optional<storage::Protection> protection(MailboxId);
  Level level(MailboxId);
  // When it returns, nothing is stored any more but by the new one. Throws not_found, and denied
  // while a purge holds it.
  void set_protection(MailboxId, const std::optional<storage::Protection>&);

  std::size_t open_count() const;
  // One that is open, for background work, which does not count as use: it lingers no longer for
  // it, but for as long as the work takes. Null where it is not open, or to be closed now.
  std::shared_ptr<storage::Mailbox> aside(MailboxId);
  // Of the whole process: what is in use on the heap, measured within the last second. All
  // plaintext is there, beside what is none, so it is never more than that.
  std::size_t plaintext_at_most() const { return heap_; }
  // Called every second by a job: closes what has lingered long enough, and wipes the ring's
  // expired DEP keys. All that is idle, where there is more plaintext than the budget allows.
  void close_idle();

  // Account and mailbox together, the mailbox key made and wrapped, in the emptiest database; its
  // folders are there on return. Throws invalid for a name that is none (account_name.h), exists,
  // and what KeyRing::new_mailbox_key throws; then nothing is left behind.
  storage::Account create(const std::string& name, const crypto::StoredPassword&,
                          const storage::Dep&);
  // Record, wrapped key and all rows. Sessions that have it open find their next command failing.
  void remove(const storage::Account&);
  // Of one that is being destroyed: its visits end, and nothing of it is opened any more, by
  // whoever has it open. False while somebody still has: ask again soon.
  bool retire(MailboxId);

 private:
  struct Held;
  using SharedHeld = std::shared_ptr<Held>;
  SharedHeld held(MailboxId);
  std::vector<std::pair<MailboxId, SharedHeld>> visited();
  const storage::MailboxRecord& record(MailboxId, Held&);  // with its `opening` locked
  void review(MailboxId, Held&);
  // Nothing when it has come under another DEP meanwhile: that one is asked next.
  std::optional<Error> refusal(MailboxId, Held&, const std::optional<Error>& said);
  void check_delivery_key(MailboxId, storage::Mailbox&);
  std::string as_stored(MailboxId, std::string_view octets);
  void make_room();                     // for a mailbox that is to be opened: throws unavailable
  bool has_room() const;                // this and the next: with mutex_
  std::vector<MailboxId> idle() const;  // those longest idle first
  static bool in_use(const SharedHeld&);
  static bool is_used(const SharedHeld&);  // and not by background work alone
  std::chrono::seconds linger() const;
  static bool knows(Held&, const DepVersion&);
  void end(MailboxId, Held&, const Error& why);
  static void refuse_doomed(const storage::MailboxRecord&);
  void require_served(MailboxId);
  bool serves(MailboxId);
  void open_rows(MailboxId, Held&, const storage::MailboxRecord&, crypto::ActorClass use);
  storage::MailDatabase& database(DatabaseId);
  DatabaseId emptiest();

  storage::Directory& directory_;
  KeyRing& ring_;
  Databases& databases_;
  const Clock& clock_;
  std::chrono::seconds linger_;
  storage::QuotaLimits default_limits_;
  MemoryBudget budget_;
  std::atomic<std::size_t> heap_ = 0;
  std::atomic<std::uint64_t> refused_ = 0;  // for want of room, since close_idle()
  Encrypt encrypt_;
  mutable std::mutex mutex_;
  std::map<MailboxId, SharedHeld> held_;
  std::set<MailboxId> held_back_;
  std::map<DatabaseId, std::size_t> population_;  // mailboxes of each; counted once, then kept
};

}  // namespace policy
