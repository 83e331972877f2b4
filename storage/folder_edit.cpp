#include "storage/folder_edit.h"

#include <algorithm>
#include <utility>

#include "base/error.h"

namespace storage {

FolderEdit::FolderEdit(Folders& folders, Connection& connection, FolderId folder,
                       const Reason& reason)
    : folders_(folders), connection_(connection), folder_(folder), reason_(reason) {
  change_.folder = folder;
  state();
}

void FolderEdit::each(std::span<const Uid> uids,
                      const std::function<void(const Entry&)>& each) const {
  while (!uids.empty()) {
    const auto id = block_of(folder_, uids.front());
    const Block block = folders_.block(connection_, id, reason_);
    for (; !uids.empty() && block_of(folder_, uids.front()) == id; uids = uids.subspan(1))
      if (const auto* entry = block.find(uids.front())) each(*entry);
  }
}

void FolderEdit::each(Damaged damaged, const std::function<void(const Entry&)>& each) const {
  const auto which = damaged == Damaged::refuse ? Folders::Which::all : Folders::Which::known;
  for (const auto id : folders_.blocks(connection_, folder_, which, reason_)) {
    Block block;
    try {
      block = folders_.block(connection_, id, reason_);
    } catch (const Error& error) {
      if (error.fault() != Fault::corrupt || damaged == Damaged::refuse) throw;
    }
    for (const auto& entry : block.entries) each(entry);
  }
}

FolderState& FolderEdit::edit() {
  if (edited_ == nullptr) {
    edited_ = &folders_.edit_state(connection_, folder_, reason_);
    change_.modseq = ModSeq(++edited_->highest_modseq.value);
  }
  return *edited_;
}

Block& FolderEdit::edit_block(BlockId id) {
  if (!block_.edited || block_.id != id)
    block_ = {id, &folders_.edit_block(connection_, id, reason_)};
  return *block_.edited;
}

// Unsigned arithmetic wraps, so that one function counts up and down.
void FolderEdit::count(const Flags& flags, std::uint32_t by) {
  auto& state = edit();
  if (!(flags.system & seen)) state.unseen += by;
  if (flags.system & deleted) state.deleted += by;
}

Block& FolderEdit::block_of_next_uid() {
  auto& next = edit().uid_next;
  const auto id = block_of(folder_, next);
  try {
    return folders_.edit_block(connection_, id, reason_);
  } catch (const Error& error) {
    if (error.fault() != Fault::corrupt || id == last_block(folder_)) throw;
  }
  next = first_uid(id + 1);
  return folders_.make_block(connection_, id + 1, reason_);
}

Uid FolderEdit::add(Entry entry) {
  auto& state = edit();
  if (state.uid_next.value == UINT32_MAX)
    throw Error(Fault::limit, "the folder has used up its UIDs",
                "make a new folder and move the messages there");
  auto& entries = block_of_next_uid().entries;
  entry.uid = state.uid_next;
  entry.modseq = change_.modseq;
  ++state.uid_next.value;
  ++state.messages;
  state.size += entry.size;
  folders_.count(entry.size, 1);
  count(entry.flags, 1);
  if (!entries.empty() && entries.back().uid >= entry.uid)  // an older state was put back
    folders_.seals().corrupt("state of folder", folder_.value);
  entries.push_back(entry);
  change_.added.push_back(entry);
  return entry.uid;
}

void FolderEdit::set_flags(const Entry& entry, const Flags& flags) {
  count(entry.flags, -1U);
  count(flags, 1);
  auto& block = edit_block(block_of(folder_, entry.uid));
  auto& changed = *block.find(entry.uid);
  changed.flags = flags;
  changed.modseq = change_.modseq;
  change_.flagged.push_back(changed);
}

// Nothing that clients see.
void FolderEdit::share(const Entry& entry) {
  if (entry.shared) return;
  auto& block = edit_block(block_of(folder_, entry.uid));
  block.find(entry.uid)->shared = true;
}

void FolderEdit::expunge(const Entry& entry) {
  auto& state = edit();
  --state.messages;
  state.size -= entry.size;
  folders_.count(-entry.size, -std::uint64_t{1});
  count(entry.flags, -1U);
  const auto id = block_of(folder_, entry.uid);
  auto& entries = edit_block(id).entries;
  std::erase_if(entries, [&](const Entry& other) { return other.uid == entry.uid; });
  change_.expunged.push_back(entry.uid);
  unlisted_.insert(id);
}

void FolderEdit::claim_recent() {
  change_.recent_to = folders_.changes().claimant(folder_);
  if (change_.recent_to.expired()) return;
  auto& state = edit();
  change_.recent_from = std::exchange(state.first_recent, state.uid_next);
}

void FolderEdit::finish() {
  // A list block holds summaries under the mailbox key: what is expunged must not stay in it.
  for (const auto id : unlisted_) connection_.run("delete from list_block where id = ?", id);
  if (change_.modseq.value == 0) return;
  if (!change_.added.empty()) claim_recent();
  change_.first_recent = state().first_recent;
  folders_.publish(std::move(change_));
}

}  // namespace storage
