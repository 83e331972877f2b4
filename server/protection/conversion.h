#pragma once
// The job that encrypts what came before its mailbox was put at end-to-end (policy/RULES.md section
// 20): message by message, each in one transaction with the removal of its old form. Where it was
// cut it begins anew; what is encrypted already is passed over. At the end nothing of the old forms
// is left, neither in the database nor in its log.

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "policy/audit.h"
#include "policy/mailboxes.h"
#include "policy/worker.h"
#include "storage/directory.h"

namespace server::protection {

class Conversion {
 public:
  struct Progress {
    std::uint64_t done = 0, total = 0;  // messages looked at, of how many
    std::uint64_t encrypted = 0;        // of them, since the server was started
    std::string waits_for;              // why it does not go on just now; empty: it does
  };

  Conversion(storage::Directory&, policy::Mailboxes&, policy::Audit&);

  // In a thread of its own: what is not converted, now and each `interval`.
  void start(std::chrono::seconds interval);
  void stop();

  // In force when it returns; what is there is converted in the background. Throws what
  // Mailboxes::set_protection throws. Blocking pool only, like all that follows.
  void set(MailboxId, const std::optional<storage::Protection>&);
  std::optional<Progress> progress(MailboxId);  // nothing: nothing is to be converted

  // Goes on with all that are to be converted.
  void pass(const std::stop_token&);

 private:
  void convert(MailboxId, const storage::Protection&, const std::stop_token&);
  bool convert_folders(storage::Mailbox&, const std::stop_token&);
  std::uint64_t convert_folder(storage::Mailbox&, FolderId, const std::stop_token&);
  void finish(MailboxId, const storage::Protection&);
  template <class Change>
  void note(MailboxId, Change);

  storage::Directory& directory_;
  policy::Mailboxes& mailboxes_;
  policy::Audit& audit_;
  std::mutex setting_;  // one change of a record at a time
  std::mutex mutex_;
  std::map<MailboxId, Progress> known_;
  policy::Startable worker_;  // ends first
};

}  // namespace server::protection
