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
          PieceCache& cache, FolderId folder, const Reason& reason)
      : connection_(connection),
        seals_(seals),
        cache_(cache),
        folder_(folder),
        reason_(reason),
        record_(read_folder_record(connection, seals, root, folder, reason)) {
    load_list(connection, seals, list_row(folder), record_.blocks, reason);
    if (record_.blocks.is_lost()) disagree();
  }

  Selected run() {
    read_.state = record_.state;
    for (const auto& [number, version] : record_.blocks.all())
      wanted_.push_back({.number = number, .version = version, .piece = nullptr});
    const auto unknown = wanted_.size() - take_known();
    if (unknown * few > wanted_.size()) {
      read_all();
    } else if (unknown > 0) {
      read_some();
    }
    join();
    check_counters();
    return std::move(read_);
  }

 private:
  struct Wanted {
    std::uint32_t number;
    BlockVersion version;
    EntryList::Piece piece;

    bool is(const PieceCache::Known& known) const {
      return number == known.number && version.version == known.version;
    }
  };
  static constexpr std::size_t few = 8;  // one of so many: each is sought by itself

  // How many.
  std::size_t take_known() {
    auto known = cache_.of(folder_);
    std::size_t count = 0;
    auto at = known.begin();
    for (auto& wanted : wanted_) {
      while (at != known.end() && at->number < wanted.number) ++at;
      if (at == known.end() || !wanted.is(*at)) continue;
      wanted.piece = std::move(at->piece);
      ++count;
    }
    return count;
  }

  // All versions and all rows, side by side.
  void read_all() {
    auto rows =
        connection_.query("select id, d from folder_block where id between ? and ? order by id",
                          first_block(folder_), last_block(folder_));
    bool more = rows.next();
    for (auto& wanted : wanted_) {
      const auto id = first_block(folder_) | wanted.number;
      while (more && rows.integer(0) < id) more = pass_over(rows);
      const bool there = more && rows.integer(0) == id;
      if (!wanted.piece) read(wanted, id, there ? std::optional(rows.blob(1)) : std::nullopt);
      if (there) more = rows.next();
    }
    while (more) more = pass_over(rows);
  }

  void read_some() {
    for (auto& wanted : wanted_) {
      if (wanted.piece) continue;
      const auto id = first_block(folder_) | wanted.number;
      auto row = connection_.query("select d from folder_block where id = ?", id);
      const bool there = row.next();
      read(wanted, id, there ? std::optional(row.blob(0)) : std::nullopt);
    }
  }

  bool pass_over(Query& rows) {
    seals_.report_block("folder block of another place or time", rows.integer(0));
    return rows.next();
  }

  // Where it is not there, or damaged, which is in the log then, it stays without a piece.
  void read(Wanted& wanted, BlockId id, std::optional<ByteView> sealed) try {
    if (!sealed) return seals_.report_block("row of folder block", id);
    const auto plain =
        seals_.open(crypto::Kind::folder_block, id, wanted.version.version, *sealed, reason_);
    auto block = decoded_block(id, plain);
    if (block.entries.empty()) disagree();
    wanted.piece = std::make_shared<const EntryPiece>(std::move(block.entries));
  } catch (const Error& error) {
    if (error.fault() != Fault::corrupt) throw;
  }

  void join() {
    std::vector<PieceCache::Known> known;
    known.reserve(wanted_.size());
    for (auto& wanted : wanted_) {
      if (!wanted.piece) {
        add_lost(first_block(folder_) | wanted.number, wanted.version.slots);
        continue;
      }
      known.push_back({wanted.number, wanted.version.version, wanted.piece});
      read_.entries.append(std::move(wanted.piece));
    }
    cache_.keep(folder_, std::move(known));
  }

  void add_lost(BlockId id, std::uint64_t slots) {
    std::vector<Uid> lost;
    for (unsigned slot = 0; slot < uids_in_block; ++slot)
      if (slots >> slot & 1) lost.emplace_back(first_uid(id).value + slot);
    for (const auto uid : lost) read_.entries.append(Entry{.uid = uid});
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
  PieceCache& cache_;
  FolderId folder_;
  const Reason& reason_;
  FolderRecord record_;
  std::vector<Wanted> wanted_;
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
                     PieceCache& cache, FolderId folder, const Reason& reason) {
  return Reading(connection, seals, root, cache, folder, reason).run();
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
