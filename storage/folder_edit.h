#pragma once
// One operation's changes to one folder: entries, counters and the Change to publish, kept
// together. In an operation of the writer.

#include <functional>
#include <set>
#include <span>
#include <vector>

#include "storage/folders.h"

namespace storage {

class FolderEdit {
 public:
  // Throws not_found.
  FolderEdit(Folders&, Connection&, FolderId, const Reason&);

  const FolderState& state() const { return folders_.state(connection_, folder_, reason_); }

  // Entries of these UIDs, those that are there; `uids` rise. Copies, so that `each` may change the
  // folder.
  void each(std::span<const Uid> uids, const std::function<void(const Entry&)>& each) const;
  // All, UIDs rise. A damaged block is told by corrupt, or logged and passed over.
  enum class Damaged { refuse, pass_over };
  void each(Damaged, const std::function<void(const Entry&)>& each) const;

  // Gives it its UID and modseq. A damaged block takes no more: UIDs go on in the next.
  Uid add(Entry);
  void set_flags(const Entry&, const Flags&);
  void share(const Entry&);    // another entry shows its message, too
  void expunge(const Entry&);  // the entry; its message is released by the caller
  // Writes what is left to write and publishes the Change, if there is one.
  void finish();

 private:
  FolderState& edit();  // with the modseq of this change
  Block& edit_block(BlockId);
  Block& block_of_next_uid();
  void count(const Flags&, std::uint32_t by);
  void claim_recent();  // for the session that is told of what was added

  Folders& folders_;
  Connection& connection_;
  FolderId folder_;
  Reason reason_;
  Change change_;
  std::set<BlockId> unlisted_;
  // The operation's own, which it keeps to its end (layered.h).
  FolderState* edited_ = nullptr;
  struct {
    BlockId id{};
    Block* edited = nullptr;
  } block_;
};

}  // namespace storage
