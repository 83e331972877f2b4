#include "imap/fetch_run.h"

#include <algorithm>

#include "base/error.h"
#include "imap/missing.h"

namespace imap {
namespace {

constexpr std::size_t piece_size = 512 * 1024;    // sent when it is reached
constexpr std::size_t long_answer = 16 * 1024;    // where there are some, a piece will be full
constexpr std::size_t entries_window = 4096;      // subjects a piece
constexpr std::size_t summaries_window = 512;     // summaries held at a time
constexpr std::size_t octets_window = 64;         // likewise, when bodies are read too
constexpr std::uint64_t whole_limit = 64 * 1024;  // a message up to it is read once, whole

std::size_t window_of(FetchNeeds needs) {
  switch (needs) {
    case FetchNeeds::entries:
      return entries_window;
    case FetchNeeds::summaries:
      return summaries_window;
    default:
      return octets_window;
  }
}

bool any_needs_summary(const std::vector<FetchItem>& items) {
  return std::any_of(items.begin(), items.end(), needs_summary);
}

bool is_uid(const FetchItem& item) { return item.kind == FetchItem::Kind::uid; }

}  // namespace

FetchRun::FetchRun(storage::Mailbox& mailbox, FolderId folder, std::vector<FetchItem> items,
                   std::vector<FetchSubject> subjects, const storage::Reason& reason)
    : mailbox_(mailbox),
      folder_(folder),
      items_(std::move(items)),
      tree_(mailbox.tree()),
      subjects_(std::move(subjects)),
      reason_(reason),
      needs_(needs_of(items_)),
      needs_summaries_(any_needs_summary(items_)),
      only_uids_(std::ranges::all_of(items_, is_uid)),
      writer_(items_, *tree_) {}

FetchRun::Piece FetchRun::next() {
  Piece piece;
  if (at_ == window_ + loaded_) load_window();
  const auto end = window_ + loaded_;
  while (at_ < end && piece.text.size() < piece_size && piece.holes.empty()) {
    if (piece.text.size() > long_answer) piece.text.reserve(piece_size + whole_limit);
    write_next(piece);
  }
  return piece;
}

std::string FetchRun::octets(const storage::Entry& entry, mime::Range range) {
  return mailbox_.octets(entry, range.offset, range.length, reason_);
}

ContentReader FetchRun::reader(const storage::Entry& entry, const Content& content) {
  return {[this, entry](mime::Range range) { return octets(entry, range); }, content};
}

void FetchRun::load_window() {
  const auto count = std::min(window_of(needs_), subjects_.size() - at_);
  window_ = at_;
  loaded_ = count;
  summaries_.assign(needs_summaries_ ? count : 0, {});
  if (!needs_summaries_) return;
  std::vector<storage::Entry> entries;
  for (std::size_t i = 0; i < count; ++i) entries.push_back(subjects_[window_ + i].entry);
  const auto each = [&](std::size_t i, std::string_view summary) { summaries_[i] = summary; };
  mailbox_.summaries(folder_, entries, each, reason_);
}

void FetchRun::write_next(Piece& piece) {
  const auto& subject = subjects_[at_];
  const auto slot = at_ - window_;
  ++at_;
  const auto start = piece.text.size();
  try {
    if (subject.entry.is_lost() && !only_uids_) {
      missed(subject.entry);
    } else if (!needs_summaries_) {
      write(piece, subject, nullptr);
    } else if (summaries_[slot].empty()) {
      missed(subject.entry);
    } else {
      const mime::SummaryView summary(summaries_[slot]);
      write(piece, subject, &summary);
    }
  } catch (const UnknownEncoding&) {
    piece.text.resize(start);
    piece.holes.clear();
    undecodable_.push_back(subject.entry.uid);
  } catch (const Error& error) {
    if (error.fault() != Fault::corrupt && error.fault() != Fault::not_found) throw;
    piece.text.resize(start);
    piece.holes.clear();
    missed(subject.entry);
  }
}

void FetchRun::write(Piece& piece, const FetchSubject& subject, const mime::SummaryView* summary) {
  const auto& entry = subject.entry;
  std::string whole;  // of a small message: several sections open it once
  const FetchWriter::Read read = [&](mime::Range range) {
    if (items_.size() == 1 || entry.size > whole_limit) return octets(entry, range);
    if (whole.empty()) whole = octets(entry, {0, entry.size});
    if (range.offset >= whole.size()) return std::string();
    return whole.substr(range.offset, range.length);
  };
  piece.holes = writer_.write(piece.text, subject, summary, read);
  piece.entry = entry;
  for (const auto& hole : piece.holes)
    if (hole.read == Hole::Read::not_yet) check(entry, hole.content);
}

// Once a literal's size has been sent there is no way to say NO.
void FetchRun::check(const storage::Entry& entry, const Content& content) {
  for (auto all = reader(entry, content); !all.done();) all.next();
}

// Storage passes over what is expunged and what is damaged alike; a client must tell them apart.
void FetchRun::missed(const storage::Entry& entry) {
  if (is_expunged(mailbox_, entry, reason_)) {
    some_expunged_ = true;
  } else {
    if (!entry.is_lost()) log_damage(mailbox_, folder_, entry);  // that is in the log by now
    damaged_.push_back(entry.uid);
  }
}

}  // namespace imap
