#include "imap/search/summary_run.h"

#include <algorithm>

#include "imap/missing.h"

namespace imap::search {

namespace {
constexpr std::size_t summaries_a_step = 2048;
}  // namespace

SummaryRun::SummaryRun(storage::Mailbox& mailbox, FolderId folder,
                       std::vector<storage::Entry> entries, Each each,
                       const storage::Reason& reason)
    : mailbox_(mailbox),
      folder_(folder),
      entries_(std::move(entries)),
      each_(std::move(each)),
      reason_(reason) {}

void SummaryRun::step() {
  const auto count = std::min(summaries_a_step, entries_.size() - at_);
  const auto slice = std::span(entries_).subspan(at_, count);
  std::vector<bool> read(count, false);
  const auto take = [&](std::size_t i, std::string_view summary) {
    each_(at_ + i, mime::SummaryView(summary));
    read[i] = true;
  };
  mailbox_.summaries(folder_, slice, take, reason_);
  for (std::size_t i = 0; i < count; ++i) {
    if (read[i]) continue;
    if (is_expunged(mailbox_, slice[i], reason_))
      some_expunged_ = true;
    else
      damaged_.push_back(slice[i].uid);
  }
  at_ += count;
}

}  // namespace imap::search
