#include "storage/entry_list.h"

#include <algorithm>
#include <utility>

#include "storage/folder_records.h"

namespace storage {
namespace {

std::size_t offset_in(const EntryPiece& piece, Uid uid) {
  const auto at = std::ranges::lower_bound(piece.entries, uid, {}, &Entry::uid);
  return static_cast<std::size_t>(at - piece.entries.begin());
}

bool is_unseen(const Entry& entry) { return !entry.is_lost() && (entry.flags.system & seen) == 0; }

}  // namespace

EntryPiece::EntryPiece(std::vector<Entry> all) : entries(std::move(all)) {
  for (const auto& entry : entries) note(entry);
}

void EntryPiece::note(const Entry& entry) {
  newest = std::max(newest, entry.modseq);
  may_be_new = may_be_new || is_unseen(entry);
  has_lost = has_lost || entry.is_lost();
}

EntryList::EntryList(const std::vector<Entry>& entries) {
  for (const auto& entry : entries) append(entry);
}

EntryList::Place EntryList::place_of(std::size_t n) const {
  const auto after = std::ranges::upper_bound(starts_, n);
  const auto slot = static_cast<std::size_t>(after - starts_.begin()) - 1;
  return {slot, n - starts_[slot]};
}

const Entry& EntryList::operator[](std::size_t n) const {
  const auto [slot, offset] = place_of(n);
  return slots_[slot].piece->entries[offset];
}

std::vector<Entry> EntryList::copied() const {
  std::vector<Entry> all;
  all.reserve(size());
  for (const auto& slot : slots_)
    all.insert(all.end(), slot.piece->entries.begin(), slot.piece->entries.end());
  return all;
}

std::size_t EntryList::lower_bound(Uid uid) const {
  const auto last_of = [](const Slot& slot) { return slot.piece->entries.back().uid; };
  const auto at = std::ranges::lower_bound(slots_, uid, {}, last_of);
  if (at == slots_.end()) return size();
  return starts_[static_cast<std::size_t>(at - slots_.begin())] + offset_in(*at->piece, uid);
}

std::size_t EntryList::after(Uid uid) const {
  const auto n = lower_bound(uid);
  return n < size() && (*this)[n].uid == uid ? n + 1 : n;
}

std::optional<std::size_t> EntryList::find(Uid uid) const {
  const auto n = lower_bound(uid);
  if (n == size() || (*this)[n].uid != uid) return std::nullopt;
  return n;
}

std::optional<std::size_t> EntryList::first_unseen() const {
  for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
    const auto& piece = *slots_[slot].piece;
    if (!piece.may_be_new) continue;
    const auto found = std::ranges::find_if(piece.entries, is_unseen);
    if (found != piece.entries.end())
      return starts_[slot] + static_cast<std::size_t>(found - piece.entries.begin());
  }
  return std::nullopt;
}

std::vector<std::size_t> EntryList::newer_than(ModSeq modseq) const {
  std::vector<std::size_t> found;
  for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
    const auto& piece = *slots_[slot].piece;
    if (piece.newest <= modseq) continue;
    for (std::size_t offset = 0; offset < piece.size(); ++offset)
      if (piece.entries[offset].modseq > modseq) found.push_back(starts_[slot] + offset);
  }
  return found;
}

std::vector<Uid> EntryList::lost() const {
  std::vector<Uid> uids;
  for (const auto& slot : slots_) {
    if (!slot.piece->has_lost) continue;
    for (const auto& entry : slot.piece->entries)
      if (entry.is_lost()) uids.push_back(entry.uid);
  }
  return uids;
}

EntryList::Run EntryList::run_at(std::size_t n) const {
  const auto [slot, offset] = place_of(n);
  const auto& entries = slots_[slot].piece->entries;
  auto last = slots_[slot].piece->is_gapless() ? entries.size() - 1 : offset;
  while (last + 1 < entries.size() && entries[last + 1].uid.value == entries[last].uid.value + 1)
    ++last;
  return {entries[offset].uid, entries[last].uid, last - offset + 1};
}

// ---- changes

void EntryList::append(Piece piece) {
  starts_.push_back(size());
  slots_.push_back({std::move(piece), nullptr});
}

void EntryList::append(const Entry& entry) {
  if (empty() || back().uid.value / uids_in_block != entry.uid.value / uids_in_block)
    return add({entry});
  auto& piece = owned(slots_.back());
  piece.entries.push_back(entry);
  piece.note(entry);
}

void EntryList::add(std::vector<Entry> entries) {
  const auto piece = std::make_shared<EntryPiece>(std::move(entries));
  append(Piece(piece));
  slots_.back().own = piece.get();
}

EntryPiece& EntryList::owned(Slot& slot) {
  if (slot.own == nullptr) {
    const auto copy = std::make_shared<EntryPiece>(*slot.piece);
    slot = {copy, copy.get()};
  }
  return *slot.own;
}

void EntryList::replace(std::size_t n, const Entry& entry) {
  const auto [slot, offset] = place_of(n);
  auto& piece = owned(slots_[slot]);
  piece.entries[offset] = entry;
  piece.note(entry);
}

void EntryList::erase(const std::set<Uid>& gone) {
  auto before = std::exchange(slots_, {});
  starts_.clear();
  for (auto& slot : before) {
    const auto first = slot.piece->entries.front().uid, last = slot.piece->entries.back().uid;
    if (const auto next = gone.lower_bound(first); next == gone.end() || *next > last) {
      starts_.push_back(size());
      slots_.push_back(std::move(slot));
      continue;
    }
    auto left = slot.piece->entries;
    std::erase_if(left, [&](const Entry& entry) { return gone.contains(entry.uid); });
    if (!left.empty()) add(std::move(left));
  }
}

}  // namespace storage
