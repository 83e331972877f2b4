#include "imap/view.h"

#include <algorithm>

#include "imap/modseq.h"
#include "imap/request.h"

namespace imap {

namespace {

using storage::Entry;

struct NamedFlag {
  std::uint8_t bit;
  std::string_view name;
};
constexpr NamedFlag system_flags[] = {{storage::answered, "\\Answered"},
                                      {storage::flagged, "\\Flagged"},
                                      {storage::deleted, "\\Deleted"},
                                      {storage::seen, "\\Seen"},
                                      {storage::draft, "\\Draft"}};

void add_word(std::string& list, std::string_view word) {
  if (list.size() > 1) list += ' ';
  list += word;
}

void add_keywords(std::string& list, const storage::Flags& flags, const storage::Tree& tree) {
  const auto& keywords = tree.keywords();
  for (std::size_t bit = 0; bit < std::min(keywords.size(), storage::keyword_limit); ++bit)
    if (flags.has_keyword(bit)) add_word(list, keywords[bit]);
}

bool has_more(const storage::Flags& keywords, const storage::Flags& known) {
  for (std::size_t n = 0; n < keywords.keywords.size(); ++n)
    if ((keywords.keywords[n] & ~known.keywords[n]) != 0) return true;
  return false;
}

std::vector<Entry>::const_iterator position(const std::vector<Entry>& entries, Uid uid) {
  return std::lower_bound(entries.begin(), entries.end(), uid,
                          [](const Entry& entry, Uid sought) { return entry.uid < sought; });
}

std::string untagged(std::size_t number, std::string_view what) {
  return "* " + std::to_string(number) + ' ' + std::string(what) + "\r\n";
}

}  // namespace

std::string flags_text(const storage::Flags& flags, const storage::Tree& tree, bool recent) {
  std::string list = "(";
  for (const auto& flag : system_flags)
    if (flags.system & flag.bit) add_word(list, flag.name);
  if (recent) add_word(list, "\\Recent");
  add_keywords(list, flags, tree);
  return list + ')';
}

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
  told_.reserve(entries_.size());
  for (const auto& entry : entries_) told_.push_back(entry.modseq);
  for (auto i = position(entries_, selected.state.first_recent); i != entries_.end(); ++i)
    recent_.insert(i->uid);
}

View::~View() {
  if (watch_) watch_->stop();
}

std::optional<std::uint32_t> View::number_of(Uid uid) const {
  const auto found = position(entries_, uid);
  if (found == entries_.end() || found->uid != uid) return std::nullopt;
  return static_cast<std::uint32_t>(found - entries_.begin()) + 1;
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
      for (auto i = position(entries_, Uid(first)); i != entries_.end() && i->uid.value <= last;
           ++i)
        result.push_back(static_cast<std::uint32_t>(i - entries_.begin()) + 1);
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

std::vector<Uid> View::lost() const {
  std::vector<Uid> uids;
  for (const auto& entry : entries_)
    if (entry.is_lost()) uids.push_back(entry.uid);
  return uids;
}

bool View::is_told(std::uint32_t number) const {
  return told_[number - 1] >= entries_[number - 1].modseq;
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

storage::Entry* View::find(Uid uid) {
  for (auto* entries : {&entries_, &arriving_}) {
    const auto found = position(*entries, uid);
    if (found != entries->end() && found->uid == uid)
      return &(*entries)[static_cast<std::size_t>(found - entries->begin())];
  }
  return nullptr;
}

void View::note_touched(const storage::Change& change) {
  for (const auto& entry : change.added) touched_.insert(entry.uid);
  for (const auto& entry : change.flagged) touched_.insert(entry.uid);
  touched_.insert(change.expunged.begin(), change.expunged.end());
}

void View::absorb_change(const storage::Change& change) {
  if (tracks_) note_touched(change);
  arriving_.insert(arriving_.end(), change.added.begin(), change.added.end());
  for (const auto& entry : change.flagged) {
    auto* known = find(entry.uid);
    if (known == nullptr) continue;
    *known = entry;
    flags_changed_ = true;
  }
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
  for (auto i = position(entries_, from); i != entries_.end(); ++i) recent_.insert(i->uid);
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

// ---- what the client is told

void View::permit(const storage::KeptFlags& flags) {
  const bool is_other = flags.system != permitted_.system || flags.keywords != permitted_.keywords;
  flags_due_ = flags_due_ || (is_other && access_ == Access::read_write);
  permitted_ = flags;
}

std::string View::flags_lines(const storage::Tree& tree) {
  flags_due_ = false;
  std::string known = "(";
  for (const auto& flag : system_flags) add_word(known, flag.name);
  keywords_told_ = keywords_here(tree);
  replaced_told_ = tree.keywords_replaced();
  add_keywords(known, keywords_told_, tree);
  return "* FLAGS " + known + ")\r\n* OK [PERMANENTFLAGS " + permanent_flags(tree, keywords_told_) +
         "] Flags kept\r\n";
}

storage::Flags View::keywords_here(const storage::Tree& tree) const {
  storage::Flags keywords;
  const auto count = std::min(tree.keywords().size(), storage::keyword_limit);
  for (std::size_t bit = 0; bit < count; ++bit) keywords.set_keyword(bit);
  if (!hides_keywords_) return keywords;
  storage::Flags used;
  for (const auto* entries : {&entries_, &arriving_})
    for (const auto& entry : *entries)
      for (std::size_t n = 0; n < used.keywords.size(); ++n)
        used.keywords[n] |= entry.flags.keywords[n] & keywords.keywords[n];
  return used;
}

std::string View::permanent_flags(const storage::Tree& tree, const storage::Flags& keywords) const {
  std::string permanent = "(";
  if (access_ == Access::read_only) return permanent + ')';
  for (const auto& flag : system_flags)
    if (permitted_.system & flag.bit) add_word(permanent, flag.name);
  if (permitted_.keywords) {
    add_keywords(permanent, keywords, tree);
    add_word(permanent, "\\*");
  }
  return permanent + ')';
}

void View::tell_expunged(std::string& lines, const Form& form) {
  std::size_t kept = 0;
  std::vector<std::uint32_t> vanished;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    // Each line counts without those told before it (behaviour 3).
    if (expunged_.contains(entries_[i].uid)) {
      if (form.vanished)
        vanished.push_back(entries_[i].uid.value);
      else
        lines += untagged(kept + 1, "EXPUNGE");
      recent_.erase(entries_[i].uid);
      continue;
    }
    entries_[kept] = entries_[i];
    told_[kept++] = told_[i];
  }
  if (!vanished.empty()) lines += "* VANISHED " + compact(vanished) + "\r\n";
  entries_.resize(kept);
  told_.resize(kept);
  expunged_.clear();
}

void View::tell_arrived(std::string& lines, const Form& form) {
  for (const auto& entry : arriving_) {
    entries_.push_back(entry);
    told_.push_back(entry.modseq);
    if (tracks_) newcomers_.push_back(entry.uid);
  }
  uid_next_ = Uid(entries_.back().uid.value + 1);
  arriving_.clear();
  recent_.merge(arriving_recent_);
  arriving_recent_.clear();
  lines += untagged(entries_.size(), "EXISTS");
  if (form.recent) lines += untagged(recent_.size(), "RECENT");
}

std::string View::fetch_line(std::uint32_t number, const Form& form,
                             const std::string& items) const {
  const auto uid = entry(number).uid.value;
  if (form.uid_only) return untagged(uid, "UIDFETCH (" + items + ')');
  const auto with_uid = form.uid ? "UID " + std::to_string(uid) + ' ' + items : items;
  return untagged(number, "FETCH (" + with_uid + ')');
}

std::string View::flags_line(std::uint32_t number, const Form& form,
                             const storage::Tree& tree) const {
  const auto& known = entry(number);
  const bool recent = form.recent && is_recent(known.uid);
  auto items = "FLAGS " + flags_text(known.flags, tree, recent);
  if (form.modseq) items += ' ' + modseq_item(known.modseq);
  return fetch_line(number, form, items);
}

std::string View::modseq_line(std::uint32_t number, const Form& form) const {
  return fetch_line(number, form, modseq_item(entry(number).modseq));
}

void View::tell_flags(std::string& lines, const Form& form, const storage::Tree& tree) {
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const auto& entry = entries_[i];
    if (entry.modseq <= told_[i]) continue;
    told_[i] = entry.modseq;
    if (expunged_.contains(entry.uid)) continue;
    lines += flags_line(static_cast<std::uint32_t>(i + 1), form, tree);
  }
  flags_changed_ = false;
}

void View::told(Uid uid, ModSeq modseq) {
  if (const auto number = number_of(uid)) told_[*number - 1] = std::max(told_[*number - 1], modseq);
}

// What is held back stays ahead of the client's HIGHESTMODSEQ, so that it is not lost when the
// connection is.
void View::note_told() {
  if (!arriving_.empty() || flags_changed_) return;
  told_up_to_ = expunged_.empty() ? seen_up_to_ : ModSeq(first_expunge_.value - 1);
}

std::string View::announce(Expunges expunges, const Form& form, const storage::Tree& tree) {
  std::string lines;
  gone_ = !tree.name_of(folder());
  if (flags_due_ || tree.keywords_replaced() != replaced_told_ ||
      has_more(keywords_here(tree), keywords_told_))
    lines += flags_lines(tree);
  if (expunges == Expunges::tell && !expunged_.empty()) tell_expunged(lines, form);
  if (form.arrivals && !arriving_.empty()) tell_arrived(lines, form);
  if (form.flags && flags_changed_) tell_flags(lines, form, tree);
  note_told();
  return lines;
}

}  // namespace imap
