#pragma once
// What of the data directory was put back to an older state, as its anchors have it (RULES.md,
// "Roll-back"): rows of directory.db, mailboxes, the spool, the ledger. Found when this is made
// (single rows of the ledger a little later); kept from being served until an admin declares it a
// restore. Keeps the anchors of mailboxes, spool and ledger in step.
//
// Blocking pool only; any thread. One object.

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "policy/mailboxes.h"
#include "policy/worker.h"
#include "storage/generation_anchors.h"
#include "storage/ledger.h"
#include "storage/spool.h"

namespace policy {

struct RolledBackMailbox {
  MailboxId mailbox;
  std::uint64_t known = 0, found = 0;  // generations; 0 found: its rows are gone
};

struct RolledBack {
  std::vector<storage::RolledBackRow> rows;
  std::vector<RolledBackMailbox> mailboxes;
  bool spool = false, ledger = false;

  bool any() const { return !rows.empty() || !mailboxes.empty() || spool || ledger; }
  std::set<MailboxId> not_served() const;
};

// Whose a mailbox is, of those that are not believed too; empty when one of them does not open.
std::map<MailboxId, std::string> account_names(storage::Directory&);

class RollBacks {
 public:
  RollBacks(storage::Directory&, storage::Anchors&, Mailboxes::Databases&, storage::Spool&,
            storage::Ledger&);
  ~RollBacks();  // notes what was committed since

  void start(std::chrono::seconds interval);  // notes what was committed, each interval
  void note(storage::Anchors::Until);

  RolledBack found();
  std::optional<std::string> summary();   // with the mailboxes by name; nothing: nothing was
  std::vector<MailboxId> not_restored();  // mailboxes whose rows are older

  // Declared restores: what is there is believed from now on. Folders of mailboxes that were rolled
  // back get new UIDVALIDITYs, so that clients fetch them anew.
  struct Refusal {
    MailboxId mailbox;
    std::string reason;  // its key is not to be had, say; the others are accepted
  };
  std::vector<Refusal> accept_all(Mailboxes&);
  // Throws invalid when nothing of one of them was rolled back, and nothing is accepted.
  std::vector<Refusal> accept(Mailboxes&, std::span<const MailboxId>);

 private:
  std::map<MailboxId, std::uint64_t> generations() const;  // of all mailboxes; 0: it has none
  void compare();
  std::vector<Refusal> restore(Mailboxes&, std::span<const MailboxId>);

  storage::Directory& directory_;
  Mailboxes::Databases& databases_;
  storage::Spool& spool_;
  storage::Ledger& ledger_;
  storage::GenerationAnchors anchors_;
  std::mutex mutex_;
  std::map<MailboxId, std::uint64_t> noted_;
  std::uint64_t noted_spool_ = 0, noted_ledger_ = 0;
  std::map<MailboxId, RolledBackMailbox> mailboxes_;
  std::unique_ptr<Worker> worker_;
};

}  // namespace policy
