#pragma once
// One mailbox database: mail/<id>/store.db, with one writer thread and group commit, pooled
// readers, and a checkpoint thread beside the writer (reference: storage, section 6). One object a
// directory; the owner lock keeps a second process out.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "base/ids.h"
#include "storage/generations.h"
#include "storage/purge_record.h"

namespace storage {

// Counters since open, for metrics and tests.
struct DatabaseCounters {
  std::uint64_t commits = 0, operations = 0, bytes_written = 0;
};

class MailDatabase {
 public:
  // Makes it if it is not there, migrates it if it is older, throws unavailable when another
  // process holds it (the text names the lock file and the holder) and invalid when it is of a
  // newer version.
  MailDatabase(DatabaseId, const std::filesystem::path& directory);
  ~MailDatabase();  // ends the writer after what was queued, checkpoints, gives the lock back

  DatabaseId id() const;
  DatabaseCounters counters() const;
  std::vector<MailboxId> mailboxes();
  // Throws corrupt when the mailbox is not here: its rows were lost, it was not just made.
  void require_mailbox(MailboxId);
  // Of each mailbox, as last committed, from memory. One that was not opened since before there
  // were generations is not among them. They only rise: a lower one is an older state put back.
  std::vector<MailboxGeneration> generations() const;
  // Those that were read under their seals, or written, since this was opened: the others are what
  // stands in clear.
  std::vector<MailboxGeneration> proven_generations() const;
  // All that was committed is on the disk: changes of flags are so only soon (writer.h). Throws
  // unavailable.
  void sync();
  // After an older state was put back and accepted: ids that the later one may have given out are
  // not given to other messages and folders. Then Mailbox::restored for each mailbox. Search
  // indices, which may be of the later one, go.
  void pass_over_ids();
  void remove_mailbox(MailboxId);  // all its rows; secure_delete, then a truncating checkpoint

  // ---- search index (search_database.h)
  // Mailboxes with something to be done for Mailbox::keep_index, as far as is known without a key.
  std::vector<MailboxId> behind_index();
  bool may_have_index(MailboxId);
  std::uint64_t indexed_uids(MailboxId);  // those of expunged messages too
  // Throws unavailable while its file cannot be opened.
  void remove_index(MailboxId);
  // Where it was found damaged, the file is made anew, empty; one that could not be opened is tried
  // again.
  void mend_index();

  // ---- destruction (policy/RULES.md section 10), of mailboxes that nobody has open.
  PurgeCounts count_rows(std::span<const MailboxId>);
  // All their rows, overwritten with zeros, bodies too, and nothing of them left in the log. In
  // many transactions, calling `each` after every one; what was cut is finished by another call.
  // Throws unavailable while a reader keeps the log from being truncated.
  void destroy_mailboxes(std::span<const MailboxId>, const std::function<void()>& each);

  struct Implementation;  // storage's own files only
  Implementation& implementation() { return *implementation_; }

 private:
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace storage
