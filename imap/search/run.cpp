#include "imap/search/run.h"

#include <algorithm>

#include "imap/missing.h"
#include "imap/object_id.h"
#include "imap/search/filter.h"
#include "imap/search/relevancy.h"

namespace imap::search {
namespace {

constexpr std::size_t asked_a_step = 16384;
constexpr std::size_t summaries_a_step = 2048;
constexpr std::size_t headers_a_step = 4096;
constexpr std::size_t texts_a_step = 256;

std::size_t slice_size(Source source) {
  if (source == Source::index) return asked_a_step;
  if (source == Source::header_text) return headers_a_step;
  return source == Source::summary ? summaries_a_step : texts_a_step;
}

}  // namespace

Run::Run(storage::Mailbox& mailbox, FolderId folder, const storage::EntryList& entries,
         const IsRecent& recent, Test test, const storage::Reason& reason)
    : mailbox_(mailbox),
      folder_(folder),
      test_(std::move(test)),
      is_fuzzy_(is_fuzzy(test_)),
      needs_ids_(has(test_, Key::Kind::email_id) || has(test_, Key::Kind::thread_id)),
      reason_(reason) {
  if (!is_fuzzy_) needles_ = search::ask_index(test_);
  if (!needles_.empty()) sources_.push_back(Source::index);
  for (const auto source : {Source::summary, Source::header_text, Source::body_text}) {
    if (rests_on(test_, source)) sources_.push_back(source);
  }
  decide_by_entries(entries, recent);
}

void Run::decide_by_entries(const storage::EntryList& entries, const IsRecent& recent) {
  std::uint32_t number = 0;
  if (!sources_.empty()) open_.reserve(entries.size());
  for (const auto& entry : entries) {
    const Facts facts{.number = ++number, .entry = &entry, .recent = recent(entry.uid)};
    const auto found = judged(facts);
    if (found.verdict == Verdict::yes) hits_.push_back({number, entry.uid, found.score});
    if (found.verdict != Verdict::unknown) continue;
    if (entry.is_lost())
      damaged_.push_back(entry.uid);
    else
      open_.push_back({.entry = entry, .number = number, .recent = facts.recent, .summary = {}});
  }
}

// What the index rules out has not been looked at.
void Run::step() {
  const bool by_index = sources_.front() == Source::index;
  const auto count = std::min(slice_size(sources_.front()), open_.size() - at_);
  const auto slice = std::span(open_).subspan(at_, count);
  std::vector<Judged> found(count);
  read(slice, found);
  for (std::size_t i = 0; i < count; ++i) take(slice[i], found[i]);
  at_ += count;
  if (!by_index) looked_at_ += count;
  if (at_ < open_.size()) return;
  next_source();
  if (by_index && !done()) step();
}

void Run::read(std::span<Candidate> slice, std::span<Judged> found) {
  switch (sources_.front()) {
    case Source::index:
      return ask_index(slice, found);
    case Source::summary:
      return read_summaries(slice, found);
    case Source::header_text:
      return read_headers(slice, found);
    default:
      return read_bodies(slice, found);
  }
}

std::vector<storage::Entry> Run::entries_of(std::span<const Candidate> slice) {
  std::vector<storage::Entry> entries;
  entries.reserve(slice.size());
  for (const auto& candidate : slice) entries.push_back(candidate.entry);
  return entries;
}

Facts Run::facts_of(const Candidate& candidate) {
  Facts facts{.number = candidate.number,
              .entry = &candidate.entry,
              .recent = candidate.recent,
              .ruled_out = candidate.ruled_out,
              .found = candidate.found};
  if (const auto& read = candidate.summary) {
    facts.summary_read = Facts::Read::yes;
    facts.email_id = read->email_id;
    facts.thread_id = read->thread_id;
    facts.sent = read->sent;
  }
  return facts;
}

void Run::ask_index(std::span<Candidate> slice, std::span<Judged> found) {
  const auto told = mailbox_.told_by_index(folder_, entries_of(slice), needles_, reason_);
  for (std::size_t i = 0; i < slice.size(); ++i) {
    slice[i].ruled_out = told[i].absent;
    slice[i].found = told[i].present;
    found[i] = judged(facts_of(slice[i]));
  }
}

void Run::read_summaries(std::span<Candidate> slice, std::span<Judged> found) {
  const auto each = [&](std::size_t i, std::string_view summary) {
    const mime::SummaryView view(summary);
    Read read{.email_id = {}, .thread_id = {}, .sent = view.sent()};
    if (needs_ids_) {
      read.email_id = email_id(view, slice[i].entry);
      read.thread_id = thread_id(view, slice[i].entry);
    }
    slice[i].summary = std::make_unique<const Read>(std::move(read));
    found[i] = judged(facts_of(slice[i]));
  };
  mailbox_.summaries(folder_, entries_of(slice), each, reason_);
}

void Run::read_headers(std::span<Candidate> slice, std::span<Judged> found) {
  const auto each = [&](std::size_t i, std::string_view header) {
    auto facts = facts_of(slice[i]);
    facts.header_text = header;
    found[i] = judged(facts);
    if (found[i].verdict != Verdict::unknown) return;
    note_header(test_, facts);
    slice[i].ruled_out = facts.ruled_out;
    slice[i].found = facts.found;
  };
  mailbox_.header_texts(folder_, entries_of(slice), header_parts_of(test_), each, reason_);
}

void Run::read_bodies(std::span<Candidate> slice, std::span<Judged> found) {
  using Texts = storage::Mailbox::Texts;
  const bool header_too = needs_header_again(test_);
  const auto each = [&](std::size_t i, std::string_view header, std::string_view body) {
    auto facts = facts_of(slice[i]);
    if (header_too) facts.header_text = header;
    facts.body_text = body;
    found[i] = judged(facts);
    return true;
  };
  mailbox_.texts(entries_of(slice), header_too ? Texts::both : Texts::body, each, reason_);
}

Run::Judged Run::judged(const Facts& facts) const {
  switch (evaluate(test_, facts)) {
    case Truth::no:
      return {Verdict::no};
    case Truth::yes:
      return {Verdict::yes, static_cast<std::uint8_t>(is_fuzzy_ ? relevancy(test_, facts) : 100)};
    default:
      return {Verdict::unknown};
  }
}

void Run::take(Candidate& candidate, Judged found) {
  const auto& [verdict, score] = found;
  if (verdict == Verdict::yes) hits_.push_back({candidate.number, candidate.entry.uid, score});
  if (verdict == Verdict::unknown) left_over_.push_back(std::move(candidate));
  if (verdict == Verdict::missing) missed(candidate.entry);
}

// Storage passes over what is expunged and what is damaged alike; a client must tell them apart.
void Run::missed(const storage::Entry& entry) {
  if (is_expunged(mailbox_, entry, reason_)) {
    some_expunged_ = true;
  } else {
    damaged_.push_back(entry.uid);
  }
}

void Run::next_source() {
  if (!sources_.empty()) sources_.erase(sources_.begin());
  open_ = std::move(left_over_);
  left_over_.clear();
  at_ = 0;
  if (!done()) return;
  std::ranges::sort(hits_, {}, &Hit::number);
  std::ranges::sort(damaged_);
}

}  // namespace imap::search
