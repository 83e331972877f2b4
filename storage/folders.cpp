#include "storage/folders.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/error.h"
#include "storage/folder_reading.h"
#include "storage/folder_rows.h"

namespace storage {
namespace {

constexpr std::size_t states_kept = folder_limit;
constexpr std::size_t blocks_kept = 1024;  // of 64 entries: some 5 MB

// In order: versions are set quicker then, and rows are written one behind the other.
template <class Map>
auto sorted_keys(const Map& map) {
  std::vector<typename Map::key_type> keys;
  keys.reserve(map.size());
  for (const auto& [key, value] : map) keys.push_back(key);
  std::ranges::sort(keys);
  return keys;
}

[[noreturn]] void no_folder() { throw Error(Fault::not_found, "the folder is gone"); }

}  // namespace

std::shared_ptr<const Tree> Folders::tree() const {
  const std::lock_guard lock(mutex_);
  return tree_;
}

void Folders::set_tree(std::shared_ptr<const Tree> tree) {
  const std::lock_guard lock(mutex_);
  tree_ = std::move(tree);
}

SharedRoot Folders::root() const {
  const std::lock_guard lock(mutex_);
  return root_;
}

void Folders::set_root(SharedRoot root) {
  generations_.set(seals_.mailbox(), root->generation);
  const std::lock_guard lock(mutex_);
  root_ = std::move(root);
}

void Folders::set_limits(const QuotaLimits& limits) {
  const std::lock_guard lock(mutex_);
  limits_ = limits;
}

QuotaLimits Folders::limits() const {
  const std::lock_guard lock(mutex_);
  return limits_;
}

const Tree& Folders::current_tree() const {
  if (operation_tree_) return *operation_tree_;
  return batch_tree_ ? *batch_tree_ : *tree_;
}

Tree& Folders::edit_tree() {
  if (!operation_tree_) operation_tree_ = std::make_shared<Tree>(current_tree());
  return *operation_tree_;
}

const MailboxRoot& Folders::current_root() const {
  if (operation_root_) return *operation_root_;
  return batch_root_ ? *batch_root_ : *root_;
}

MailboxRoot& Folders::edit_root() {
  if (!operation_root_) operation_root_ = current_root();
  return *operation_root_;
}

std::uint64_t Folders::next_generation() const {
  return std::max(current_root().generation, tried_generation_) + 1;
}

std::uint32_t Folders::version() const { return version_of(next_generation()); }

std::uint32_t Folders::epoch() const {
  if (operation_epoch_) return *operation_epoch_;
  return batch_epoch_ ? *batch_epoch_ : seals_.epoch();
}

void Folders::change_epoch(std::uint32_t epoch) { operation_epoch_ = epoch; }

const FolderRecord& Folders::record(Connection& connection, FolderId folder, const Reason& reason) {
  seals_.pass(reason);
  const auto* found = states_.find(folder);
  if (!found) {
    auto record = read_folder_record(connection, seals_, current_root(), folder, reason);
    load_list(connection, seals_, list_row(folder), record.blocks, reason);
    found = &states_.loaded(folder, std::move(record));
  }
  if (!*found) no_folder();
  return **found;
}

const FolderState& Folders::state(Connection& connection, FolderId folder, const Reason& reason) {
  return record(connection, folder, reason).state;
}

FolderState& Folders::edit_state(Connection& connection, FolderId folder, const Reason& reason) {
  record(connection, folder, reason);
  return states_.edit(folder)->state;
}

const Block& Folders::block(Connection& connection, BlockId id, const Reason& reason) {
  const auto& folder = record(connection, folder_of(id), reason);
  if (const auto* found = blocks_.find(id)) return *found;
  return blocks_.loaded(id, read_block(connection, seals_, folder.blocks, id, reason));
}

// Its version changes, and with that its folder's record.
Block& Folders::edit_block(Connection& connection, BlockId id, const Reason& reason) {
  block(connection, id, reason);
  edit_state(connection, folder_of(id), reason);
  return blocks_.edit(id);
}

Block& Folders::make_block(Connection& connection, BlockId id, const Reason& reason) {
  edit_state(connection, folder_of(id), reason);
  if (!blocks_.find(id)) blocks_.put(id, {});
  return blocks_.edit(id);
}

std::vector<BlockId> Folders::blocks(Connection& connection, FolderId folder, Which which,
                                     const Reason& reason) {
  const auto& versions = record(connection, folder, reason).blocks;
  if (which == Which::all && versions.is_lost()) seals_.corrupt("list of versions", folder.value);
  std::set<BlockId> found;
  for (const auto& [number, version] : versions.all())
    found.insert(found.end(), first_block(folder) | number);
  // What this batch made has no version yet.
  blocks_.each_uncommitted_key([&](BlockId id) {
    if (folder_of(id) == folder) found.insert(id);
  });
  return {found.begin(), found.end()};
}

FolderId Folders::add_folder(Connection& connection, const FolderState& state) {
  connection.run("insert into folder(mailbox, state) values(?, x'')", seals_.mailbox().value);
  const FolderId folder(connection.last_id());
  states_.put(folder, FolderRecord{state, {}});
  return folder;
}

void Folders::remove_folder(Connection& connection, FolderId folder, const Reason& reason) {
  for (const auto id : blocks(connection, folder, Which::known, reason)) blocks_.put(id, {});
  states_.put(folder, std::nullopt);
}

void Folders::put_folder(FolderId folder, FolderRecord record) {
  states_.put(folder, std::move(record));
}

void Folders::put_block(BlockId id, Block block) { blocks_.put(id, std::move(block)); }

Usage Folders::read_usage(Connection& connection, const Reason& reason) {
  Usage usage;
  for (const auto& [name, node] : current_tree().nodes()) {
    if (!node.folder) continue;
    try {
      const auto& found = state(connection, *node.folder, reason);
      usage.octets += found.size;
      usage.messages += found.messages;
    } catch (const Error& error) {
      if (error.fault() != Fault::corrupt) throw;
    }
  }
  return usage;
}

void Folders::require_room(Connection& connection, const Usage& more, const Reason& reason) {
  const auto limits = this->limits();
  if (!limits.any()) return;
  if (!usage_.is_known()) usage_.know(read_usage(connection, reason));
  auto used = usage_.now();
  for (const auto& [name, node] : current_tree().nodes()) used.folders += node.folder ? 1 : 0;
  storage::require_room(limits, used, more);
}

void Folders::publish(Change change) {
  operation_changes_.push_back(std::make_shared<const Change>(std::move(change)));
}

void Folders::publish_annotated(FolderId folder, std::vector<std::string> entries) {
  operation_annotated_.push_back({folder, std::move(entries)});
}

void Folders::keep() {
  states_.keep();
  blocks_.keep();
  usage_.keep();
  if (operation_tree_) batch_tree_ = std::exchange(operation_tree_, nullptr);
  if (operation_root_) batch_root_ = std::exchange(operation_root_, std::nullopt);
  if (operation_epoch_) batch_epoch_ = std::exchange(operation_epoch_, std::nullopt);
  std::move(operation_changes_.begin(), operation_changes_.end(),
            std::back_inserter(batch_changes_));
  operation_changes_.clear();
  std::ranges::move(operation_annotated_, std::back_inserter(batch_annotated_));
  operation_annotated_.clear();
}

void Folders::drop() {
  states_.drop();
  blocks_.drop();
  usage_.drop();
  operation_tree_ = nullptr;
  operation_root_ = std::nullopt;
  operation_epoch_ = std::nullopt;
  operation_changes_.clear();
  operation_annotated_.clear();
}

// Before the folders, which take down its version.
void Folders::write_blocks(Connection& connection, std::uint32_t version) {
  for (const auto id : sorted_keys(blocks_.batch())) {
    const auto& block = blocks_.batch().at(id);
    auto& folder = states_.batch().at(folder_of(id));
    if (!folder) continue;  // removed
    folder->blocks.set(number_of(id), {version, block.slots()});
    if (block.entries.empty()) {
      connection.run("delete from folder_block where id = ?", id);
      continue;
    }
    const auto sealed =
        seals_.seal(crypto::Kind::folder_block, id, version, encoded(block), epoch());
    connection.run("insert or replace into folder_block(id, d) values(?, ?)", id, sealed);
  }
}

void Folders::write_folder(Connection& connection, FolderId id, FolderRecord& folder,
                           std::uint32_t version) {
  if (folder.blocks.is_long() || (batch_epoch_ && folder.blocks.has_list())) {
    folder.blocks.move_to_list(version);
    write_list(connection, seals_, list_row(id), folder.blocks, epoch());
  }
  const auto sealed =
      seals_.seal(crypto::Kind::folder_state, id.value, version, encoded(folder), epoch());
  connection.run(
      "insert into folder(id, mailbox, state) values(?, ?, ?)"
      " on conflict(id) do update set state = excluded.state",
      id.value, seals_.mailbox().value, sealed);
}

void Folders::write_folders(Connection& connection, MailboxRoot& root, std::uint32_t version) {
  for (const auto id : sorted_keys(states_.batch())) {
    auto& folder = states_.batch().at(id);
    const RecordKey key{crypto::Kind::folder_state, id.value};
    root.records.set(key, {folder ? version : 0});
    if (folder) {
      write_folder(connection, id, *folder, version);
    } else {
      remove_folder_rows(connection, id);
    }
  }
}

void Folders::write_tree(Connection& connection, MailboxRoot& root, std::uint32_t version) {
  root.tree = version;
  connection.run("update mailbox set tree = ? where id = ?",
                 seals_.seal(crypto::Kind::tree, 0, version, batch_tree_->encoded(), epoch()),
                 seals_.mailbox().value);
}

void Folders::flush(Connection& connection) {
  const bool changed = !states_.batch().empty() || batch_tree_ || batch_root_ || batch_epoch_;
  if (!changed) return;
  if (batch_epoch_)
    connection.run("update mailbox set epoch = ? where id = ?", std::int64_t{*batch_epoch_},
                   seals_.mailbox().value);
  auto root = current_root();
  root.generation = tried_generation_ = next_generation();
  const auto version = version_of(root.generation);
  write_blocks(connection, version);
  write_folders(connection, root, version);
  if (batch_tree_) write_tree(connection, root, version);
  if (root.records.is_long() || (batch_epoch_ && root.records.has_list())) {
    root.records.move_to_list(version);
    write_list(connection, seals_, list_row(seals_.mailbox()), root.records, epoch());
  }
  write_root(connection, seals_, root, epoch());
  written_root_ = std::make_shared<const MailboxRoot>(std::move(root));
}

void Folders::committed() {
  if (batch_epoch_) seals_.use(*std::exchange(batch_epoch_, std::nullopt));
  states_.commit(states_kept);
  blocks_.commit(blocks_kept);
  usage_.commit();
  batch_root_ = std::nullopt;
  if (written_root_) {
    set_root(std::exchange(written_root_, nullptr));
  }
  if (batch_tree_) {
    set_tree(std::exchange(batch_tree_, nullptr));
    changes_.publish_tree();
  }
  for (auto& change : std::exchange(batch_changes_, {})) changes_.publish(std::move(change));
  for (const auto& [folder, names] : std::exchange(batch_annotated_, {}))
    changes_.publish_annotated(folder, names);
}

void Folders::abandoned() {
  drop();
  states_.abandon();
  blocks_.abandon();
  usage_.abandon();
  batch_tree_ = nullptr;
  batch_root_ = std::nullopt;
  written_root_ = nullptr;
  batch_epoch_ = std::nullopt;
  batch_changes_.clear();
  batch_annotated_.clear();
}

}  // namespace storage
