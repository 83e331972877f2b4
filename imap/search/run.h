#pragma once
// One SEARCH over messages of one folder: cheap tests on the entries at once, then the search
// index, summaries, header texts and body texts for the messages that are still open, a slice a
// step. Holds its own copy of what it searches; a view may change meanwhile.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "imap/search/evaluate.h"
#include "storage/mailbox.h"

namespace imap::search {

struct Hit {
  std::uint32_t number = 0;  // its place among the entries searched, from 1
  Uid uid{};
  std::uint8_t score = 100;  // 1 to 100 (relevancy.h)
};

class Run {
 public:
  // Decides what entries alone decide. Does not block. `recent`: of those with \Recent.
  using IsRecent = std::function<bool(Uid)>;
  Run(storage::Mailbox&, FolderId, const storage::EntryList&, const IsRecent& recent, Test,
      const storage::Reason&);

  bool done() const { return sources_.empty() || open_.empty(); }
  // How far it is; the goal may still rise, as dearer sources prove to be needed.
  std::size_t looked_at() const { return looked_at_; }
  std::size_t to_look_at() const { return looked_at_ + open_.size() - at_ + left_over_.size(); }
  // Reads on, for some tens of milliseconds at most. Blocks; one thread at a time.
  void step();

  // When done. Both rise.
  const std::vector<Hit>& hits() const { return hits_; }
  // Not searched, since their stored data failed its check, or they were expunged meanwhile.
  const std::vector<Uid>& damaged() const { return damaged_; }
  bool some_expunged() const { return some_expunged_; }

 private:
  // What was read of one that is still open.
  struct Read {
    std::string email_id, thread_id;
    std::optional<mime::Sent> sent;
  };
  // Small: there is one for each message of the folder.
  struct Candidate {
    storage::Entry entry;
    std::uint32_t number = 0;
    bool recent = false;
    std::uint64_t ruled_out = 0, found = 0;
    std::unique_ptr<const Read> summary;  // null: not read
  };
  enum class Verdict : std::uint8_t { missing, no, unknown, yes };
  struct Judged {
    Verdict verdict = Verdict::missing;
    std::uint8_t score = 100;
  };

  void decide_by_entries(const storage::EntryList&, const IsRecent&);
  void read(std::span<Candidate>, std::span<Judged>);
  void ask_index(std::span<Candidate>, std::span<Judged>);
  void read_summaries(std::span<Candidate>, std::span<Judged>);
  void read_headers(std::span<Candidate>, std::span<Judged>);
  void read_bodies(std::span<Candidate>, std::span<Judged>);
  static std::vector<storage::Entry> entries_of(std::span<const Candidate>);
  static Facts facts_of(const Candidate&);
  void take(Candidate&, Judged);
  void missed(const storage::Entry&);
  void next_source();
  Judged judged(const Facts&) const;

  storage::Mailbox& mailbox_;
  FolderId folder_;
  Test test_;
  std::vector<storage::SearchNeedle> needles_;
  bool is_fuzzy_;
  bool needs_ids_;  // RFC 8474
  storage::Reason reason_;
  std::vector<Source> sources_;  // still to be read, the present one first
  std::vector<Candidate> open_;
  std::size_t at_ = 0;  // in open_
  std::size_t looked_at_ = 0;
  std::vector<Candidate> left_over_;
  std::vector<Hit> hits_;
  std::vector<Uid> damaged_;
  bool some_expunged_ = false;
};

}  // namespace imap::search
