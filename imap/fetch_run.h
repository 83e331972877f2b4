#pragma once
// The work of one FETCH, piece by piece: reads summaries and octets a window at a time and writes
// answers until there is enough to send. Holds its own copy of what is asked; the view may change
// meanwhile.

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "imap/fetch_response.h"
#include "storage/mailbox.h"

namespace imap {

class FetchRun {
 public:
  FetchRun(storage::Mailbox&, FolderId, std::vector<FetchItem>, std::vector<FetchSubject>,
           const storage::Reason&);

  void go_on_from(std::shared_ptr<DecodingPlace> place) { writer_.go_on_from(std::move(place)); }

  // Some hundred KiB of answers. Where there are holes, their octets (of `entry`) have been read
  // once and found sound.
  struct Piece {
    std::string text{};
    std::vector<Hole> holes{};
    storage::Entry entry{};
  };

  bool done() const { return at_ == subjects_.size(); }
  bool blocks() const { return needs_ != FetchNeeds::entries; }  // next() reads storage
  // One thread at a time. A message that cannot be read gets no answer and does not keep others
  // from theirs.
  Piece next();
  // Of a hole. Its next() blocks; also while ours runs.
  ContentReader reader(const storage::Entry&, const Content&);

  // Both rise.
  const std::vector<Uid>& damaged() const { return damaged_; }
  const std::vector<Uid>& undecodable() const { return undecodable_; }  // UnknownEncoding
  bool some_expunged() const { return some_expunged_; }

 private:
  void load_window();
  void write_next(Piece&);
  void write(Piece&, const FetchSubject&, const mime::SummaryView*);
  std::string octets(const storage::Entry&, mime::Range);
  void check(const storage::Entry&, const Content&);
  void missed(const storage::Entry&);

  storage::Mailbox& mailbox_;
  FolderId folder_;
  std::vector<FetchItem> items_;
  std::shared_ptr<const storage::Tree> tree_;
  std::vector<FetchSubject> subjects_;
  storage::Reason reason_;
  FetchNeeds needs_;
  bool needs_summaries_;
  bool only_uids_;  // known of lost entries too
  FetchWriter writer_;
  std::size_t at_ = 0;  // in subjects_

  // subjects_[window_, window_ + loaded_), with their summaries if these are needed; an empty one
  // could not be read.
  std::size_t window_ = 0;
  std::size_t loaded_ = 0;
  std::vector<std::string> summaries_;

  std::vector<Uid> damaged_, undecodable_;
  bool some_expunged_ = false;
};

}  // namespace imap
