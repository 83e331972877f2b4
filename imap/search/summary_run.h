#pragma once
// The summaries of what a search has found, some at a time, or of these what SORT and THREAD go by.

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "imap/mime/brief.h"
#include "storage/mailbox.h"

namespace imap::search {

class SummaryRun {
 public:
  // index: into the entries. Those that cannot be read are passed over.
  using Each = std::function<void(std::size_t index, const mime::SummaryView&)>;

  using EachBrief = std::function<void(std::size_t index, const mime::Brief&)>;

  SummaryRun(storage::Mailbox&, FolderId, std::vector<storage::Entry>, Each,
             const storage::Reason&);
  SummaryRun(storage::Mailbox&, FolderId, std::vector<storage::Entry>, storage::Brief, EachBrief,
             const storage::Reason&);

  bool done() const { return at_ == entries_.size(); }
  std::size_t read() const { return at_; }  // of all()
  std::size_t all() const { return entries_.size(); }
  void step();  // blocks, for some tens of milliseconds at most; one thread at a time

  const std::vector<bool>& was_read() const { return was_read_; }
  // Rising; when done. Expunged meanwhile, or damaged.
  const std::vector<Uid>& damaged() const { return damaged_; }
  bool some_expunged() const { return some_expunged_; }

 private:
  void read_briefs(std::size_t end);
  void read_summaries(std::size_t end);

  storage::Mailbox& mailbox_;
  FolderId folder_;
  std::vector<storage::Entry> entries_;
  Each each_;
  std::optional<storage::Brief> kind_;
  EachBrief each_brief_;
  storage::Reason reason_;
  std::size_t at_ = 0;
  std::vector<bool> was_read_;
  std::vector<Uid> damaged_;
  bool some_expunged_ = false;
};

}  // namespace imap::search
