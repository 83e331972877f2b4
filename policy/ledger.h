#pragma once
// Who opened what, why and how often: takes what the crypto layer counts (crypto/crossing.h), adds
// under which DEP and in which hour it was, and keeps it in ledger.db, behind those who read and
// write mail: they wait for none of it. Rules: policy/RULES.md section 19.

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "policy/ledger_query.h"
#include "policy/worker.h"
#include "storage/directory.h"
#include "storage/ledger.h"

namespace policy {

class Ledger {
 public:
  Ledger(storage::Ledger&, storage::Directory&, const Clock&);
  ~Ledger();  // what was counted is on disk then

  // From then on writes each second what was counted in it.
  void start();
  // All that was counted until now, on disk. Throws unavailable; it is kept then, and tried again.
  void flush();

  // All that was counted until now. Blocking pool only.
  LedgerSums sums(const LedgerFilter&, std::set<LedgerColumn> columns);

  // ---- live: what was counted at one look, newest last
  struct News {
    std::uint64_t number;  // rises by one
    storage::LedgerAddition counted;
  };
  struct Live {
    std::vector<News> news;
    std::uint64_t missed;  // that are not remembered any more, of any kind
    std::uint64_t newest;  // from where on to ask next
  };
  Live live(std::uint64_t after, const LedgerFilter&);
  std::uint64_t newest();

  // ---- what owners want to be sent
  bool wants_notices(MailboxId);
  void want_notices(MailboxId, bool);
  // Those who are to be told of the month before this one, each once: noted before it is returned.
  std::vector<MailboxId> due_notices();
  void not_told(MailboxId);  // it could not be: due again

  const Clock& clock() const { return clock_; }
  storage::Directory& directory() const { return directory_; }

 private:
  struct Where {
    UnixTime hour;
    MailboxId mailbox;
    DepId dep;
    crypto::Cause cause;
    crypto::Actor actor;
    auto operator<=>(const Where&) const = default;
  };
  using Pending = std::map<Where, crypto::CrossingTotals>;

  void collect();  // with `collecting_`
  DepId dep_of(MailboxId);
  void work();
  void check();
  void age();

  storage::Ledger& rows_;
  storage::Directory& directory_;
  const Clock& clock_;

  std::mutex collecting_;
  Pending pending_;
  std::deque<News> news_;
  std::uint64_t counted_ = 0;
  std::map<MailboxId, DepId> deps_;  // as they were at
  std::uint64_t deps_at_ = 0;        // this count of changes of the directory

  std::mutex flushing_;
  // Of the worker's thread: whether the rows were looked at, those that are to be aged on that day.
  bool checked_ = false;
  std::optional<storage::LedgerPeriod> today_;
  std::vector<MailboxId> old_;
  std::unique_ptr<Worker> worker_;  // ends first
};

}  // namespace policy
