// What the client is told of the folder it has open.

#include <algorithm>

#include "imap/modseq.h"
#include "imap/view.h"

namespace imap {

namespace {

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
  const auto add = [&](const storage::Entry& entry) {
    for (std::size_t n = 0; n < used.keywords.size(); ++n)
      used.keywords[n] |= entry.flags.keywords[n] & keywords.keywords[n];
  };
  std::for_each(entries_.begin(), entries_.end(), add);
  std::ranges::for_each(arriving_, add);
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
  std::vector<std::uint32_t> vanished;
  std::size_t told = 0;
  for (const auto uid : expunged_) {
    // Each line counts without those told before it (behaviour 3).
    if (form.vanished)
      vanished.push_back(uid.value);
    else
      lines += untagged(*number_of(uid) - told++, "EXPUNGE");
    recent_.erase(uid);
  }
  if (!vanished.empty()) lines += "* VANISHED " + compact(vanished) + "\r\n";
  entries_.erase(expunged_);
  std::erase_if(told_, [&](const Told& known) { return expunged_.contains(known.uid); });
  expunged_.clear();
}

void View::tell_arrived(std::string& lines, const Form& form) {
  for (const auto& entry : arriving_) {
    entries_.append(entry);
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
  for (auto& known : told_) {
    const auto number = number_of(known.uid);
    if (!number || entry(*number).modseq <= known.modseq) continue;
    known.modseq = entry(*number).modseq;
    if (!expunged_.contains(known.uid)) lines += flags_line(*number, form, tree);
  }
  std::erase_if(told_, [&](const Told& known) {
    const auto number = number_of(known.uid);
    return !number || entry(*number).modseq == known.modseq;
  });
  flags_changed_ = false;
}

// Also of a change that has not been absorbed yet.
void View::told(Uid uid, ModSeq modseq) {
  const auto number = number_of(uid);
  if (!number) return;
  const auto at = told_of(uid);
  if (at != told_.end() && at->uid == uid)
    at->modseq = std::max(at->modseq, modseq);
  else if (modseq > entry(*number).modseq)
    told_.insert(at, {uid, modseq});
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
