#include "imap/view.h"

#include <algorithm>

#include "imap/request.h"

namespace imap {

namespace {

using storage::Entry;

std::vector<Entry>::const_iterator position(const std::vector<Entry>& entries, Uid uid) {
  return std::ranges::lower_bound(entries, uid, {}, &Entry::uid);
}

std::uint32_t number_at(std::size_t index) { return static_cast<std::uint32_t>(index) + 1; }

}  // namespace

View::View(std::string folder_name, Access access, std::shared_ptr<storage::Watch> watch,
           storage::Selected selected)
    : name_(std::move(folder_name)),
      access_(access),
      watch_(std::move(watch)),
      uid_validity_(selected.state.uid_validity),
      seen_up_to_(selected.state.highest_modseq),
      told_up_to_(seen_up_to_),
      uid_next_(selected.state.uid_next),
      entries_(std::move(selected.entries)) {
  add_recent(selected.state.first_recent);
}

View::~View() {
  if (watch_) watch_->stop();
}

std::optional<std::uint32_t> View::number_of(Uid uid) const {
  const auto found = entries_.find(uid);
  return found ? std::optional(number_at(*found)) : std::nullopt;
}

void View::add_recent(Uid from) {
  for (auto i = entries_.lower_bound(from); i < entries_.size(); ++i)
    recent_.insert(entries_[i].uid);
}

bool View::is_recent(Uid uid) const { return recent_.contains(uid); }

void View::save(std::vector<Uid> uids) {
  std::sort(uids.begin(), uids.end());
  saved_ = std::move(uids);
}

std::vector<std::uint32_t> View::saved_numbers() const {
  std::vector<std::uint32_t> result;
  for (const auto uid : saved_)
    if (const auto number = number_of(uid)) result.push_back(*number);
  return result;
}

std::vector<std::uint32_t> View::numbers(const SequenceSet& set, bool by_uid) const {
  if (set.is_saved()) return saved_numbers();
  std::vector<std::uint32_t> result;
  if (by_uid) {
    const auto largest = entries_.empty() ? 0 : entries_.back().uid.value;
    for (const auto [first, last] : set.resolved(largest))
      for (auto i = entries_.lower_bound(Uid(first)), end = entries_.after(Uid(last)); i < end; ++i)
        result.push_back(number_at(i));
    return result;
  }
  for (const auto& [first, last] : set.ranges()) {
    const bool has_star = first == SequenceSet::star || last == SequenceSet::star;
    if (count() == 0 || (!has_star && std::max(first, last) > count()))
      throw BadSyntax("there is no message of that number");
  }
  for (const auto [first, last] : set.resolved(count()))
    for (auto number = first; number <= std::min(last, count()); ++number) result.push_back(number);
  return result;
}

std::vector<std::uint32_t> View::numbers_newer_than(ModSeq modseq) const {
  std::vector<std::uint32_t> numbers;
  for (const auto i : entries_.newer_than(modseq)) numbers.push_back(number_at(i));
  return numbers;
}

std::vector<Uid> View::lost() const { return entries_.lost(); }

std::vector<View::Told>::iterator View::told_of(Uid uid) {
  if (told_.empty() || told_.back().uid < uid) return told_.end();
  return std::ranges::lower_bound(told_, uid, {}, &Told::uid);
}

bool View::is_told(std::uint32_t number) const {
  const auto& entry = this->entry(number);
  const auto at = std::ranges::lower_bound(told_, entry.uid, {}, &Told::uid);
  return at == told_.end() || at->uid != entry.uid || at->modseq >= entry.modseq;
}

// ---- what was committed

void View::absorb() {
  for (const auto& change : watch_->take()) {
    if (change->modseq > seen_up_to_) {
      absorb_change(*change);
      seen_up_to_ = change->modseq;
    }
    absorb_recent(*change);
  }
}

void View::take_flags(const Entry& entry) {
  if (const auto known = entries_.find(entry.uid)) {
    flags_changed_ = true;
    if (const auto at = told_of(entry.uid); at == told_.end() || at->uid != entry.uid)
      told_.insert(at, {entry.uid, entries_[*known].modseq});
    return entries_.replace(*known, entry);
  }
  auto arriving = std::ranges::lower_bound(arriving_, entry.uid, {}, &Entry::uid);
  if (arriving == arriving_.end() || arriving->uid != entry.uid) return;
  *arriving = entry;
  flags_changed_ = true;
}

void View::note_touched(const storage::Change& change) {
  for (const auto& entry : change.added) touched_.insert(entry.uid);
  for (const auto& entry : change.flagged) touched_.insert(entry.uid);
  touched_.insert(change.expunged.begin(), change.expunged.end());
}

void View::absorb_change(const storage::Change& change) {
  if (tracks_) note_touched(change);
  arriving_.insert(arriving_.end(), change.added.begin(), change.added.end());
  for (const auto& entry : change.flagged) take_flags(entry);
  std::set<Uid> never_told;
  for (const auto uid : change.expunged) {
    if (!number_of(uid)) {
      never_told.insert(uid);
      continue;
    }
    if (expunged_.empty()) first_expunge_ = change.modseq;
    expunged_.insert(uid);
  }
  std::erase_if(arriving_, [&](const Entry& entry) { return never_told.contains(entry.uid); });
  for (const auto uid : never_told) arriving_recent_.erase(uid);
}

// Also of a change that was read already: it may have been made while this session selected.
void View::absorb_recent(const storage::Change& change) {
  if (change.added.empty()) return;
  auto from = change.first_recent;
  if (access_ == Access::read_write) {
    if (change.recent_to.lock() != watch_) return;
    from = change.recent_from;
    claimed_to_ = change.first_recent;
  }
  add_recent(from);
  for (auto i = position(arriving_, from); i != arriving_.end(); ++i)
    arriving_recent_.insert(i->uid);
}

// ---- who follows it closely

void View::track() {
  tracks_ = true;
  touched_.insert(expunged_.begin(), expunged_.end());
  for (const auto& entry : arriving_) touched_.insert(entry.uid);
}

std::vector<Uid> View::take_touched() {
  const auto touched = std::exchange(touched_, {});
  return {touched.begin(), touched.end()};
}

std::vector<Uid> View::take_newcomers() { return std::exchange(newcomers_, {}); }

bool View::is_gone(Uid uid) const {
  if (expunged_.contains(uid)) return true;
  const auto arriving = position(arriving_, uid);
  return !number_of(uid) && (arriving == arriving_.end() || arriving->uid != uid);
}

std::optional<storage::UntoldRecent> View::end() {
  watch_->stop();
  absorb();
  if (access_ == Access::read_only || arriving_recent_.empty()) return std::nullopt;
  return storage::UntoldRecent{*arriving_recent_.begin(), claimed_to_};
}

}  // namespace imap
