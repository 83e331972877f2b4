#pragma once
// A new key for a mailbox, and if wanted for each of its messages, while it is in use (RULES.md
// section 9). The new key is wrapped and stored first, beside the former; then the mailbox is
// sealed under it; then messages are renewed, some at a time; then the former is forgotten. The
// data itself says how far it is: what was cut goes on where it was.

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "policy/audit.h"
#include "policy/key_ring.h"
#include "policy/mailboxes.h"
#include "policy/worker.h"
#include "storage/directory.h"

namespace policy {

class MailboxRotation {
 public:
  struct Progress {
    MailboxId mailbox;
    std::uint32_t epoch = 1;                            // of the newest key
    storage::Renewal renewal = storage::Renewal::none;  // none: nothing goes on
    std::uint64_t left = 0;  // messages still to be renewed, as far as it is known
    std::string reason;      // why it does not go on just now; empty: it does
  };

  MailboxRotation(storage::Directory&, KeyRing&, Mailboxes&, Audit&);

  // In a thread of its own: what was begun, now and each `interval`.
  void start(std::chrono::seconds interval);
  void stop();

  // Stored when it returns; the rest goes on in the background. Throws exists while an earlier one
  // is not done, and what KeyRing throws. Blocking pool only, like all that follows.
  storage::MailboxRecord begin(MailboxId, storage::Renewal);
  Progress progress(MailboxId);
  std::vector<Progress> all();  // that go on

  // Goes on with all that were begun.
  void pass(const std::stop_token&);

 private:
  struct Known {
    std::uint64_t left = 0;
    std::string reason;
  };
  void go_on(MailboxId, const std::stop_token&);
  bool renew(storage::Mailbox&, const storage::FormerKey&, const std::stop_token&);
  void forget_former(storage::MailboxRecord);
  void note(MailboxId, std::uint64_t left, const std::string& reason);
  Progress described(const storage::MailboxRecord&);

  storage::Directory& directory_;
  KeyRing& ring_;
  Mailboxes& mailboxes_;
  Audit& audit_;
  std::mutex mutex_;
  std::map<MailboxId, Known> known_;
  Startable worker_;  // ends first
};

}  // namespace policy
