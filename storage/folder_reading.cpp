#include "storage/folder_reading.h"

#include <algorithm>

#include "base/error.h"
#include "base/log.h"
#include "storage/folder_records.h"

namespace storage {
namespace {

// Does the work, unless what it reads is damaged, which is in the log then.
template <class Work>
bool done(Work work) try {
  work();
  return true;
} catch (const Error& error) {
  if (error.fault() != Fault::corrupt) throw;
  return false;
}

class Reading {
 public:
  Reading(Connection& connection, const MailboxSeals& seals, FolderId folder, const Reason& reason)
      : connection_(connection),
        seals_(seals),
        folder_(folder),
        reason_(reason),
        read_{read_state(connection, seals, folder, reason), {}} {}

  Selected run() {
    read_blocks();
    check_counters();
    if (!damaged_.empty()) add_lost();
    return std::move(read_);
  }

 private:
  void read_blocks() {
    auto rows =
        connection_.query("select id, d from folder_block where id between ? and ? order by id",
                          first_block(folder_), last_block(folder_));
    read_.entries.reserve(read_.state.messages);  // sealed: nobody else can have set it
    while (rows.next()) {
      const auto id = rows.integer(0);
      const auto sealed = rows.blob(1);
      if (!done([&] { add_block(id, sealed); })) damaged_.push_back(id);
    }
  }

  void add_block(BlockId id, ByteView sealed) {
    const auto plain = seals_.open(crypto::Kind::folder_block, id, sealed, reason_);
    const auto block = decoded_block(id, plain);
    read_.entries.insert(read_.entries.end(), block.entries.begin(), block.entries.end());
  }

  // Blocks that are gone or put back must not look like messages that were expunged.
  void check_counters() const {
    const auto& entries = read_.entries;
    const auto found = entries.size();
    const bool agree =
        damaged_.empty() ? found == read_.state.messages : found <= read_.state.messages;
    if (!agree || (found > 0 && entries.back().uid >= read_.state.uid_next)) disagree();
  }

  [[noreturn]] void disagree() const {
    seals_.corrupt("list of messages of folder", folder_.value);
  }

  void add_lost() {
    const auto missing = read_.state.messages - read_.entries.size();
    auto lost = listed();
    if (lost.size() != missing) lost = possible();
    if (lost.size() < missing) disagree();
    for (const auto uid : lost) read_.entries.push_back({.uid = uid});
    std::ranges::sort(read_.entries, {}, &Entry::uid);
    if (lost.empty()) return;
    logging::error("messages_lost", {{"mailbox", seals_.mailbox().value},
                                     {"folder", folder_.value},
                                     {"first_uid", lost.front().value},
                                     {"last_uid", lost.back().value},
                                     {"messages", missing}});
  }

  // As the list blocks have them, caches that may not be complete.
  std::vector<Uid> listed() const {
    std::vector<Uid> uids;
    for (const auto id : damaged_) {
      auto row = connection_.query("select d from list_block where id = ?", id);
      if (!row.next()) continue;
      done([&] {
        const auto plain = seals_.open(crypto::Kind::list_block, id, row.blob(0), reason_);
        for (const auto& one : decoded_list(id, plain)) uids.push_back(one.uid);
      });
    }
    return uids;
  }

  std::vector<Uid> possible() const {
    std::vector<Uid> uids;
    for (const auto id : damaged_)
      for (unsigned n = 0; n < uids_in_block; ++n) {
        const Uid uid(first_uid(id).value + n);
        if (uid.value > 0 && uid < read_.state.uid_next) uids.push_back(uid);
      }
    return uids;
  }

  Connection& connection_;
  const MailboxSeals& seals_;
  FolderId folder_;
  const Reason& reason_;
  Selected read_;
  std::vector<BlockId> damaged_;
};

}  // namespace

FolderState read_state(Connection& connection, const MailboxSeals& seals, FolderId folder,
                       const Reason& reason) {
  auto row = connection.query("select state from folder where id = ? and mailbox = ?", folder.value,
                              seals.mailbox().value);
  if (!row.next()) throw Error(Fault::not_found, "the folder is gone");
  return decoded_state(seals.open(crypto::Kind::folder_state, folder.value, row.blob(0), reason));
}

Selected read_folder(Connection& connection, const MailboxSeals& seals, FolderId folder,
                     const Reason& reason) {
  return Reading(connection, seals, folder, reason).run();
}

std::optional<Entry> read_entry(Connection& connection, const MailboxSeals& seals, FolderId folder,
                                Uid uid, const Reason& reason) {
  const auto id = block_of(folder, uid);
  auto row = connection.query("select d from folder_block where id = ?", id);
  if (!row.next()) return std::nullopt;
  const auto plain = seals.open(crypto::Kind::folder_block, id, row.blob(0), reason);
  const auto block = decoded_block(id, plain);
  const auto* entry = block.find(uid);
  if (entry == nullptr) return std::nullopt;
  return *entry;
}

}  // namespace storage
