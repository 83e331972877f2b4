#pragma once
// A mailbox's folders, and the root from which they hang, as its writer sees them: decoded, changed
// in memory by the operations of a batch, sealed once before the commit, and published after it. In
// the writer's turn only, but for tree(), root(), changes(), pieces(), seals(), learn() and limits.

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "storage/changes.h"
#include "storage/folder_records.h"
#include "storage/generations.h"
#include "storage/layered.h"
#include "storage/mailbox_root.h"
#include "storage/mailbox_seals.h"
#include "storage/piece_cache.h"
#include "storage/tree.h"
#include "storage/usage_count.h"
#include "storage/writer.h"

namespace storage {

class Folders final : public Participant {
 public:
  Folders(MailboxSeals seals, Generations& generations)
      : seals_(std::move(seals)),
        generations_(generations),
        root_(std::make_shared<const MailboxRoot>()) {}

  const MailboxSeals& seals() const { return seals_; }
  void learn(EpochKey key) { seals_.learn(std::move(key)); }
  void use(std::uint32_t epoch) { seals_.use(epoch); }  // at opening
  Changes& changes() { return changes_; }
  PieceCache& pieces() { return pieces_; }
  std::shared_ptr<const Tree> tree() const;  // as last committed
  SharedRoot root() const;                   // likewise
  // What the database has, at opening.
  void set_tree(std::shared_ptr<const Tree>);
  void set_root(SharedRoot);

  void set_limits(const QuotaLimits&);
  QuotaLimits limits() const;

  // ---- within an operation. `edit` gives a value to be changed; it is written before the commit.
  const Tree& current_tree() const;
  Tree& edit_tree();

  const MailboxRoot& current_root() const;
  MailboxRoot& edit_root();
  std::uint32_t version() const;  // of what this operation seals (versions.h)

  std::uint32_t epoch() const;  // of the key that will seal what this operation changes
  // The key of that epoch seals from here on; the caller edits all there is.
  void change_epoch(std::uint32_t);

  // Throws not_found when there is no such folder.
  const FolderState& state(Connection&, FolderId, const Reason&);
  FolderState& edit_state(Connection&, FolderId, const Reason&);
  const Block& block(Connection&, BlockId, const Reason&);  // empty when there is none
  Block& edit_block(Connection&, BlockId, const Reason&);
  Block& make_block(Connection&, BlockId, const Reason&);  // of UIDs that no message has had
  // Rise; some may be empty. Throws corrupt when it is not known which there are, unless only those
  // are asked for that are.
  enum class Which { all, known };
  std::vector<BlockId> blocks(Connection&, FolderId, Which, const Reason&);

  FolderId add_folder(Connection&, const FolderState&);
  // Its rows; entries are released by the caller.
  void remove_folder(Connection&, FolderId, const Reason&);
  // What was read in another form than the present one (mailbox_adoption.h).
  void put_folder(FolderId, FolderRecord);
  void put_block(BlockId, Block);
  void publish(Change);                                                // after the commit
  void publish_annotated(FolderId, std::vector<std::string> entries);  // likewise

  // Throws over_quota when there is no room for that in addition. What a damaged folder holds is
  // not counted.
  void require_room(Connection&, const Usage& more, const Reason&);
  // What has come into a folder, or gone: then less than nothing, modulo 2^64.
  void count(std::uint64_t octets, std::uint64_t messages) { usage_.add(octets, messages); }

  void keep() override;
  void drop() override;
  void flush(Connection&) override;
  void committed() override;
  void abandoned() override;

 private:
  using State = std::optional<FolderRecord>;  // none: removed
  using Shared = std::shared_ptr<const Change>;
  using WrittenTree = std::shared_ptr<Tree>;
  struct Entries {
    FolderId folder;
    std::vector<std::string> names;
  };

  Usage read_usage(Connection&, const Reason&);
  const FolderRecord& record(Connection&, FolderId, const Reason&);
  std::uint64_t next_generation() const;
  void write_blocks(Connection&, std::uint32_t version);
  void write_folder(Connection&, FolderId, FolderRecord&, std::uint32_t version);
  void write_folders(Connection&, MailboxRoot&, std::uint32_t version);
  void write_tree(Connection&, MailboxRoot&, std::uint32_t version);

  MailboxSeals seals_;
  Generations& generations_;
  Changes changes_;
  PieceCache pieces_;

  mutable std::mutex mutex_;  // of the next three
  std::shared_ptr<const Tree> tree_;
  SharedRoot root_;
  QuotaLimits limits_;

  Layered<FolderId, State> states_;
  Layered<BlockId, Block> blocks_;
  WrittenTree operation_tree_, batch_tree_;
  std::optional<MailboxRoot> operation_root_, batch_root_;
  SharedRoot written_root_;
  std::uint64_t tried_generation_ = 0;  // of the last flush, whether it was committed or not
  std::optional<std::uint32_t> operation_epoch_, batch_epoch_;
  std::vector<Shared> operation_changes_, batch_changes_;
  std::vector<Entries> operation_annotated_, batch_annotated_;
  UsageCount usage_;
};

}  // namespace storage
