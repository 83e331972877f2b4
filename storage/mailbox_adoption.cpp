#include "storage/mailbox_adoption.h"

#include <map>

#include "base/error.h"
#include "base/log.h"
#include "storage/annotation_rows.h"

namespace storage {
namespace {

constexpr Reason adopting{crypto::Cause::index, {}};

class Adoption {
 public:
  Adoption(Folders& folders, Connection& connection)
      : folders_(folders), seals_(folders.seals()), connection_(connection) {}

  void run() {
    for (const auto& [name, node] : folders_.edit_tree().nodes())
      if (node.folder && !done([&] { read_folder(*node.folder); })) lose_folder(*node.folder);
    mark_shared();
    for (auto& [id, block] : blocks_) folders_.put_block(id, std::move(block));
    adopt_annotations(folders_, connection_, adopting);
    auto& root = folders_.edit_root();
    root.filed = filed();
    root.last_message = last_message_;
  }

 private:
  template <class Work>
  static bool done(Work work) try {
    work();
    return true;
  } catch (const Error& error) {
    if (error.fault() != Fault::corrupt) throw;
    return false;  // it is in the log
  }

  Bytes opened(crypto::Kind kind, std::int64_t row, ByteView sealed) {
    return seals_.open(kind, row, before_versions, sealed, adopting);
  }

  void read_folder(FolderId folder) {
    auto row = connection_.query("select state from folder where id = ? and mailbox = ?",
                                 folder.value, seals_.mailbox().value);
    if (!row.next()) seals_.corrupt("row of folder", folder.value);
    const auto plain = opened(crypto::Kind::folder_state, folder.value, row.blob(0));
    FolderRecord record{decoded_first_state(plain), {}};
    auto rows = connection_.query("select id, d from folder_block where id between ? and ?",
                                  first_block(folder), last_block(folder));
    while (rows.next())
      if (!done([&] { read_block(rows.integer(0), rows.blob(1)); }))
        lose_block(record, rows.integer(0));
    folders_.put_folder(folder, std::move(record));
  }

  void read_block(BlockId id, ByteView sealed) {
    auto block = decoded_first_block(id, opened(crypto::Kind::folder_block, id, sealed));
    for (const auto& entry : block.entries) {
      ++shown_[entry.message];
      last_message_ = std::max(last_message_, entry.message);
    }
    blocks_.emplace(id, std::move(block));
  }

  // Of this version there is none: it stays damaged. What was in it nothing tells.
  void lose_block(FolderRecord& record, BlockId id) {
    std::uint64_t slots = 0;
    for (unsigned slot = 0; slot < uids_in_block; ++slot) {
      const Uid uid(first_uid(id).value + slot);
      if (uid.value > 0 && uid < record.state.uid_next) slots |= std::uint64_t{1} << slot;
    }
    record.blocks.set(number_of(id), {folders_.version(), slots});
    lost_ = true;
  }
  void lose_folder(FolderId folder) {
    folders_.edit_root().records.set({crypto::Kind::folder_state, folder.value},
                                     {folders_.version()});
    lost_ = true;
  }

  void mark_shared() {
    for (auto& [id, block] : blocks_)
      for (auto& entry : block.entries) entry.shared = lost_ || shown_.at(entry.message) > 1;
  }

  // Those that wait are filed; older ones were.
  std::int64_t filed() const {
    const auto waiting = connection_.number(
        "select min(id) from arrival where mailbox = ? and state = 1", seals_.mailbox().value);
    if (waiting) return *waiting - 1;
    return connection_.number("select seq from sqlite_sequence where name = 'arrival'").value_or(0);
  }

  Folders& folders_;
  const MailboxSeals& seals_;
  Connection& connection_;
  std::map<BlockId, Block> blocks_;
  std::map<MessageId, int> shown_;
  MessageId last_message_{0};
  bool lost_ = false;
};

}  // namespace

void adopt_mailbox(Folders& folders, Connection& connection) {
  Adoption(folders, connection).run();
  logging::info("mailbox_adopted", {{"mailbox", folders.seals().mailbox().value}});
}

}  // namespace storage
