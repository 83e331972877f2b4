#pragma once
// One SEARCH over a view: cheap tests on the entries at once, then summaries, header texts and body
// texts of the messages that are still open, a slice a step. Holds its own copy of what it
// searches; the view may change meanwhile.

#include <cstdint>
#include <span>
#include <vector>

#include "imap/search/evaluate.h"
#include "imap/view.h"
#include "storage/mailbox.h"

namespace imap::search {

class Run {
 public:
  // Decides what entries alone decide. Does not block.
  Run(storage::Mailbox&, const View&, Test, const storage::Reason&);

  bool done() const { return sources_.empty() || open_.empty(); }
  // Reads on, for some tens of milliseconds at most. Blocks; one thread at a time.
  void step();

  // When done. Both rise.
  const std::vector<std::uint32_t>& numbers() const { return numbers_; }
  const std::vector<Uid>& uids() const { return uids_; }
  // Not searched, since their stored data failed its check, or they were expunged meanwhile.
  const std::vector<Uid>& damaged() const { return damaged_; }
  bool some_expunged() const { return some_expunged_; }

 private:
  struct Candidate {
    Facts facts;
    storage::Entry entry;
  };
  enum class Verdict : std::uint8_t { missing, no, unknown, yes };

  void decide_by_entries(const View&);
  void read(std::span<Candidate>, std::span<Verdict>);
  void read_summaries(std::span<Candidate>, std::span<Verdict>);
  void read_texts(std::span<Candidate>, std::span<Verdict>, storage::Mailbox::Texts);
  void take(const Candidate&, Verdict);
  void missed(const storage::Entry&);
  void add(const Candidate&);
  void next_source();
  Verdict verdict(const Facts&, const storage::Entry&) const;

  storage::Mailbox& mailbox_;
  FolderId folder_;
  Test test_;
  storage::Reason reason_;
  std::vector<Source> sources_;  // still to be read, the present one first
  std::vector<Candidate> open_;
  std::size_t at_ = 0;  // in open_
  std::vector<Candidate> left_over_;
  std::vector<std::uint32_t> numbers_;
  std::vector<Uid> uids_;
  std::vector<Uid> damaged_;
  bool some_expunged_ = false;
};

}  // namespace imap::search
