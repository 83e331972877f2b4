#pragma once
// Moves mailbox keys to where they belong (RULES.md section 4): rewraps them, and writes no mail. A
// system act. Blocking pool only; one thread an object.

#include <cstddef>
#include <set>
#include <span>
#include <string>
#include <utility>

#include "policy/key_ring.h"
#include "storage/directory.h"

namespace policy {

// One run over many mailboxes, batch by batch. A key that cannot be had is not asked for again in
// the same run.
class Moving {
 public:
  Moving(storage::Directory& directory, KeyRing& ring) : directory_(directory), ring_(ring) {}

  // One transaction for each pair of versions among them. Does not throw for keys that are not to
  // be had: their mailboxes are left where they are.
  void batch(std::span<const storage::MailboxRecord>);

  std::size_t moved() const { return moved_; }
  std::size_t left() const { return left_; }
  const std::string& reason() const { return reason_; }  // of the last that could not be moved

 private:
  using Way = std::pair<storage::DepVersion, storage::DepVersion>;
  void group(const Way&, std::span<const storage::MailboxRecord>);

  storage::Directory& directory_;
  KeyRing& ring_;
  std::set<Way> closed_;
  std::size_t moved_ = 0, left_ = 0;
  std::string reason_;
};

// A mailbox that is about to be opened, moved if it is not where it belongs; as it was when that
// cannot be done now, which is in the log.
storage::MailboxRecord brought_home(storage::Directory&, KeyRing&, storage::MailboxRecord);

}  // namespace policy
