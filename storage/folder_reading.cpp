#include "storage/folder_reading.h"

#include <algorithm>

#include "base/error.h"
#include "base/log.h"

namespace storage {
namespace {

[[noreturn]] void no_folder() { throw Error(Fault::not_found, "the folder is gone"); }

class Reading {
 public:
  Reading(Connection& connection, const MailboxSeals& seals, const MailboxRoot& root,
          FolderId folder, const Reason& reason)
      : connection_(connection),
        seals_(seals),
        folder_(folder),
        reason_(reason),
        record_(read_folder_record(connection, seals, root, folder, reason)) {
    load_list(connection, seals, list_row(folder), record_.blocks, reason);
    if (record_.blocks.is_lost()) disagree();
  }

  Selected run() {
    read_.state = record_.state;
    read_.entries.reserve(read_.state.messages);  // sealed: nobody else can have set it
    read_blocks();
    check_counters();
    return std::move(read_);
  }

 private:
  // All versions and all rows, side by side.
  void read_blocks() {
    auto rows =
        connection_.query("select id, d from folder_block where id between ? and ? order by id",
                          first_block(folder_), last_block(folder_));
    bool more = rows.next();
    for (const auto& [number, version] : record_.blocks.all()) {
      const auto id = first_block(folder_) | number;
      while (more && rows.integer(0) < id) more = pass_over(rows);
      const bool there = more && rows.integer(0) == id;
      if (!there) seals_.report_block("row of folder block", id);
      if (!there || !add_block(id, version.version, rows.blob(1))) add_lost(id, version.slots);
      if (there) more = rows.next();
    }
    while (more) more = pass_over(rows);
  }

  bool pass_over(Query& rows) {
    seals_.report_block("folder block of another place or time", rows.integer(0));
    return rows.next();
  }

  // False: it is damaged, which is in the log then.
  bool add_block(BlockId id, std::uint32_t version, ByteView sealed) try {
    const auto plain = seals_.open(crypto::Kind::folder_block, id, version, sealed, reason_);
    const auto block = decoded_block(id, plain);
    read_.entries.insert(read_.entries.end(), block.entries.begin(), block.entries.end());
    return true;
  } catch (const Error& error) {
    if (error.fault() != Fault::corrupt) throw;
    return false;
  }

  void add_lost(BlockId id, std::uint64_t slots) {
    std::vector<Uid> lost;
    for (unsigned slot = 0; slot < uids_in_block; ++slot)
      if (slots >> slot & 1) lost.emplace_back(first_uid(id).value + slot);
    for (const auto uid : lost) read_.entries.push_back({.uid = uid});
    lost_ += lost.size();
    logging::error("messages_lost", {{"mailbox", seals_.mailbox().value},
                                     {"folder", folder_.value},
                                     {"first_uid", lost.front().value},
                                     {"last_uid", lost.back().value},
                                     {"messages", lost.size()}});
  }

  void check_counters() const {
    const auto& entries = read_.entries;
    const auto opened = entries.size() - lost_;
    const bool agree = lost_ == 0 ? opened == read_.state.messages : opened <= read_.state.messages;
    if (!agree || (!entries.empty() && entries.back().uid >= read_.state.uid_next)) disagree();
  }

  [[noreturn]] void disagree() const {
    seals_.corrupt("list of messages of folder", folder_.value);
  }

  Connection& connection_;
  const MailboxSeals& seals_;
  FolderId folder_;
  const Reason& reason_;
  FolderRecord record_;
  Selected read_;
  std::size_t lost_ = 0;
};

}  // namespace

FolderRecord read_folder_record(Connection& connection, const MailboxSeals& seals,
                                const MailboxRoot& root, FolderId folder, const Reason& reason) {
  const auto version = root.records.find({crypto::Kind::folder_state, folder.value});
  if (!version) seals.corrupt("version of folder", folder.value);
  if (!version->exists()) no_folder();
  auto row = connection.query("select state from folder where id = ?", folder.value);
  if (!row.next()) seals.corrupt("row of folder", folder.value);
  return decoded_folder(
      seals.open(crypto::Kind::folder_state, folder.value, version->version, row.blob(0), reason));
}

FolderState read_state(Connection& connection, const MailboxSeals& seals, const MailboxRoot& root,
                       FolderId folder, const Reason& reason) {
  return read_folder_record(connection, seals, root, folder, reason).state;
}

Selected read_folder(Connection& connection, const MailboxSeals& seals, const MailboxRoot& root,
                     FolderId folder, const Reason& reason) {
  return Reading(connection, seals, root, folder, reason).run();
}

Block read_block(Connection& connection, const MailboxSeals& seals, const BlockVersions& versions,
                 BlockId id, const Reason& reason) {
  const auto version = versions.find(number_of(id));
  if (!version) seals.corrupt_block("version of folder block", id);
  if (!version->exists()) return {};
  auto row = connection.query("select d from folder_block where id = ?", id);
  if (!row.next()) seals.corrupt_block("row of folder block", id);
  return decoded_block(
      id, seals.open(crypto::Kind::folder_block, id, version->version, row.blob(0), reason));
}

Block read_block(Connection& connection, const MailboxSeals& seals, const MailboxRoot& root,
                 BlockId id, const Reason& reason) {
  auto folder = read_folder_record(connection, seals, root, folder_of(id), reason);
  load_list(connection, seals, list_row(folder_of(id)), folder.blocks, reason);
  return read_block(connection, seals, folder.blocks, id, reason);
}

std::optional<Entry> read_entry(Connection& connection, const MailboxSeals& seals,
                                const MailboxRoot& root, FolderId folder, Uid uid,
                                const Reason& reason) {
  const auto block = read_block(connection, seals, root, block_of(folder, uid), reason);
  const auto* entry = block.find(uid);
  if (entry == nullptr) return std::nullopt;
  return *entry;
}

}  // namespace storage
