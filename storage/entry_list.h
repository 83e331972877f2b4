#pragma once
// The entries of a folder, UIDs rising, as sessions hold them: in pieces, one for each block of 64
// UIDs, which the sessions of a mailbox share until one of them has others. A list belongs to one
// thread at a time; a piece that is shared does not change.

#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "storage/entry.h"

namespace storage {

struct EntryPiece {
  explicit EntryPiece(std::vector<Entry>);  // of one block, not empty; UIDs rise
  void note(const Entry&);                  // one of them is this one now

  std::vector<Entry> entries;
  ModSeq newest{};          // the highest of them
  bool may_be_new = false;  // one without \Seen may be there
  bool has_lost = false;

  std::size_t size() const { return entries.size(); }
  bool is_gapless() const {
    return entries.back().uid.value - entries.front().uid.value + 1 == size();
  }
};

class EntryList {
 public:
  using Piece = std::shared_ptr<const EntryPiece>;
  class Iterator;

  EntryList() = default;
  explicit EntryList(const std::vector<Entry>&);
  EntryList(EntryList&&) = default;
  EntryList& operator=(EntryList&&) = default;

  std::size_t size() const { return empty() ? 0 : starts_.back() + slots_.back().piece->size(); }
  bool empty() const { return slots_.empty(); }
  const Entry& operator[](std::size_t) const;
  const Entry& front() const { return slots_.front().piece->entries.front(); }
  const Entry& back() const { return slots_.back().piece->entries.back(); }
  Iterator begin() const;
  Iterator end() const;
  std::vector<Entry> copied() const;

  // The first whose UID is not less; size() where there is none.
  std::size_t lower_bound(Uid) const;
  std::size_t after(Uid) const;  // likewise, whose UID is greater
  std::optional<std::size_t> find(Uid) const;

  // ---- without looking at each
  std::optional<std::size_t> first_unseen() const;  // of those that are not lost
  std::vector<std::size_t> newer_than(ModSeq) const;
  std::vector<Uid> lost() const;
  // Some that begin with the nth and whose UIDs have no gap.
  struct Run {
    Uid first, last;
    std::size_t count;
  };
  Run run_at(std::size_t) const;

  // ---- changes
  void append(Piece);                       // UIDs above all that are here; of another block
  void append(const Entry&);                // likewise, of any block
  void replace(std::size_t, const Entry&);  // of the same UID
  void erase(const std::set<Uid>&);         // those that are here

 private:
  struct Slot {
    Piece piece;
    EntryPiece* own;  // the same, where nobody shares it
  };
  struct Place {
    std::size_t slot, offset;
  };

  Place place_of(std::size_t) const;
  void add(std::vector<Entry>);
  static EntryPiece& owned(Slot&);

  std::vector<Slot> slots_;
  std::vector<std::size_t> starts_;  // which entry is the first of each slot
};

class EntryList::Iterator {
 public:
  using value_type = Entry;
  using difference_type = std::ptrdiff_t;
  using reference = const Entry&;
  using pointer = const Entry*;
  using iterator_category = std::forward_iterator_tag;

  Iterator() = default;
  reference operator*() const { return slot_->piece->entries[offset_]; }
  pointer operator->() const { return &**this; }
  Iterator& operator++() {
    if (++offset_ == slot_->piece->size()) {
      ++slot_;
      offset_ = 0;
    }
    return *this;
  }
  Iterator operator++(int) {
    auto before = *this;
    ++*this;
    return before;
  }
  bool operator==(const Iterator&) const = default;

 private:
  friend class EntryList;
  Iterator(const Slot* slot, std::size_t offset) : slot_(slot), offset_(offset) {}

  const Slot* slot_ = nullptr;
  std::size_t offset_ = 0;
};

inline EntryList::Iterator EntryList::begin() const { return {slots_.data(), 0}; }
inline EntryList::Iterator EntryList::end() const { return {slots_.data() + slots_.size(), 0}; }

}  // namespace storage
