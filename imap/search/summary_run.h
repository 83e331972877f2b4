#pragma once
// The summaries of what a search has found, some at a time: what SORT and THREAD go by.

#include <functional>
#include <span>
#include <vector>

#include "imap/mime/summary.h"
#include "storage/mailbox.h"

namespace imap::search {

class SummaryRun {
 public:
  // index: into the entries. Those that cannot be read are passed over.
  using Each = std::function<void(std::size_t index, const mime::SummaryView&)>;

  SummaryRun(storage::Mailbox&, FolderId, std::vector<storage::Entry>, Each,
             const storage::Reason&);

  bool done() const { return at_ == entries_.size(); }
  std::size_t read() const { return at_; }  // of all()
  std::size_t all() const { return entries_.size(); }
  void step();  // blocks, for some tens of milliseconds at most; one thread at a time

  // Rising; when done. Expunged meanwhile, or damaged.
  const std::vector<Uid>& damaged() const { return damaged_; }
  bool some_expunged() const { return some_expunged_; }

 private:
  storage::Mailbox& mailbox_;
  FolderId folder_;
  std::vector<storage::Entry> entries_;
  Each each_;
  storage::Reason reason_;
  std::size_t at_ = 0;
  std::vector<Uid> damaged_;
  bool some_expunged_ = false;
};

}  // namespace imap::search
