#include "storage/folders.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/error.h"

namespace storage {
namespace {

constexpr std::size_t states_kept = folder_limit;
constexpr std::size_t blocks_kept = 1024;  // of 64 entries: some 5 MB

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

std::uint32_t Folders::epoch() const {
  if (operation_epoch_) return *operation_epoch_;
  return batch_epoch_ ? *batch_epoch_ : seals_.epoch();
}

void Folders::change_epoch(std::uint32_t epoch) { operation_epoch_ = epoch; }

const FolderState& Folders::state(Connection& connection, FolderId folder, const Reason& reason) {
  seals_.pass(reason);
  const auto* found = states_.find(folder);
  if (!found) {
    auto row = connection.query("select state from folder where id = ? and mailbox = ?",
                                folder.value, seals_.mailbox().value);
    if (!row.next()) no_folder();
    const auto plain = seals_.open(crypto::Kind::folder_state, folder.value, row.blob(0), reason);
    found = &states_.loaded(folder, decoded_state(plain));
  }
  if (!*found) no_folder();
  return **found;
}

FolderState& Folders::edit_state(Connection& connection, FolderId folder, const Reason& reason) {
  state(connection, folder, reason);
  return *states_.edit(folder);
}

const Block& Folders::block(Connection& connection, BlockId id, const Reason& reason) {
  seals_.pass(reason);
  if (const auto* found = blocks_.find(id)) return *found;
  auto row = connection.query("select d from folder_block where id = ?", id);
  if (!row.next()) return blocks_.loaded(id, {});
  const auto plain = seals_.open(crypto::Kind::folder_block, id, row.blob(0), reason);
  return blocks_.loaded(id, decoded_block(id, plain));
}

Block& Folders::edit_block(Connection& connection, BlockId id, const Reason& reason) {
  block(connection, id, reason);
  return blocks_.edit(id);
}

std::vector<BlockId> Folders::blocks(Connection& connection, FolderId folder) const {
  std::set<BlockId> found;
  auto rows = connection.query("select id from folder_block where id between ? and ?",
                               first_block(folder), last_block(folder));
  while (rows.next()) found.insert(found.end(), rows.integer(0));
  // What this batch made is not in the table yet.
  blocks_.each_uncommitted_key([&](BlockId id) {
    if (folder_of(id) == folder) found.insert(id);
  });
  return {found.begin(), found.end()};
}

FolderId Folders::add_folder(Connection& connection, const FolderState& state) {
  connection.run("insert into folder(mailbox, state) values(?, x'')", seals_.mailbox().value);
  const FolderId folder(connection.last_id());
  states_.put(folder, state);
  return folder;
}

void Folders::remove_folder(Connection& connection, FolderId folder) {
  for (const auto id : blocks(connection, folder)) blocks_.put(id, {});
  states_.put(folder, std::nullopt);
  connection.run("delete from list_block where id between ? and ?", first_block(folder),
                 last_block(folder));
}

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
  operation_epoch_ = std::nullopt;
  operation_changes_.clear();
  operation_annotated_.clear();
}

void Folders::write_state(Connection& connection, FolderId folder, const FolderState& state) {
  const auto sealed =
      seals_.seal(crypto::Kind::folder_state, folder.value, encoded(state), epoch());
  connection.run("update folder set state = ? where id = ?", sealed, folder.value);
}

void Folders::write_block(Connection& connection, BlockId id, const Block& block) {
  if (block.entries.empty()) return connection.run("delete from folder_block where id = ?", id);
  const auto sealed = seals_.seal(crypto::Kind::folder_block, id, encoded(block), epoch());
  connection.run("insert or replace into folder_block(id, d) values(?, ?)", id, sealed);
}

void Folders::flush(Connection& connection) {
  if (batch_epoch_)
    connection.run("update mailbox set epoch = ? where id = ?", std::int64_t{*batch_epoch_},
                   seals_.mailbox().value);
  for (const auto& [folder, state] : states_.batch()) {
    if (state) {
      write_state(connection, folder, *state);
    } else {
      connection.run("delete from folder where id = ?", folder.value);
    }
  }
  for (const auto& [id, block] : blocks_.batch()) write_block(connection, id, block);
  if (batch_tree_)
    connection.run("update mailbox set tree = ? where id = ?",
                   seals_.seal(crypto::Kind::tree, 0, batch_tree_->encoded(), epoch()),
                   seals_.mailbox().value);
}

void Folders::committed() {
  if (batch_epoch_) seals_.use(*std::exchange(batch_epoch_, std::nullopt));
  states_.commit(states_kept);
  blocks_.commit(blocks_kept);
  usage_.commit();
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
  batch_epoch_ = std::nullopt;
  batch_changes_.clear();
  batch_annotated_.clear();
}

}  // namespace storage
