#include "imap/search/summary_run.h"

#include <algorithm>

#include "imap/missing.h"

namespace imap::search {

namespace {
constexpr std::size_t summaries_a_step = 2048;
constexpr std::size_t briefs_a_step = 8192;
}  // namespace

SummaryRun::SummaryRun(storage::Mailbox& mailbox, FolderId folder,
                       std::vector<storage::Entry> entries, Each each,
                       const storage::Reason& reason)
    : mailbox_(mailbox),
      folder_(folder),
      entries_(std::move(entries)),
      each_(std::move(each)),
      reason_(reason),
      was_read_(entries_.size()) {}

SummaryRun::SummaryRun(storage::Mailbox& mailbox, FolderId folder,
                       std::vector<storage::Entry> entries, storage::Brief kind, EachBrief each,
                       const storage::Reason& reason)
    : SummaryRun(
          mailbox, folder, std::move(entries),
          [each](std::size_t index, const mime::SummaryView& summary) {
            each(index, mime::brief_of(summary));
          },
          reason) {
  kind_ = kind;
  each_brief_ = std::move(each);
}

void SummaryRun::read_briefs(std::size_t end) {
  const auto slice = std::span(entries_).subspan(at_, end - at_);
  const auto take = [&](std::size_t i, std::string_view brief) {
    each_brief_(at_ + i, mime::decoded_brief(brief, *kind_));
    was_read_[at_ + i] = true;
  };
  mailbox_.briefs(folder_, slice, *kind_, take, reason_);
}

// Of those that have not been read.
void SummaryRun::read_summaries(std::size_t end) {
  std::vector<storage::Entry> rest;
  std::vector<std::size_t> places;
  for (auto n = at_; n < end; ++n) {
    if (was_read_[n]) continue;
    rest.push_back(entries_[n]);
    places.push_back(n);
  }
  const auto take = [&](std::size_t i, std::string_view summary) {
    each_(places[i], mime::SummaryView(summary));
    was_read_[places[i]] = true;
  };
  mailbox_.summaries(folder_, rest, take, reason_);
}

void SummaryRun::step() {
  const auto end = std::min(at_ + (kind_ ? briefs_a_step : summaries_a_step), entries_.size());
  if (kind_) read_briefs(end);
  read_summaries(end);
  for (; at_ < end; ++at_) {
    if (was_read_[at_]) continue;
    if (is_expunged(mailbox_, entries_[at_], reason_))
      some_expunged_ = true;
    else
      damaged_.push_back(entries_[at_].uid);
  }
}

}  // namespace imap::search
