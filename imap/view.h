#pragma once
// What one session knows of its selected folder: the number->message map it has told its client,
// and committed changes it has not told yet. Sequence numbers change only when announce() says so
// (RFC 3501 7.4.1, 5.5; behaviours 1 to 5).

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "imap/sequence_set.h"
#include "storage/mailbox.h"

namespace imap {

enum class Access { read_write, read_only };

class View {
 public:
  View(std::string folder_name, Access, std::shared_ptr<storage::Watch>, storage::Selected);

  const std::string& folder_name() const { return name_; }
  FolderId folder() const { return watch_->folder(); }
  Access access() const { return access_; }
  std::uint32_t uid_validity() const { return uid_validity_; }
  bool folder_gone() const { return gone_; }

  // Numbers are 1-based; entry(n) of number n. Entries hold the newest flags, told or not.
  std::uint32_t count() const { return static_cast<std::uint32_t>(entries_.size()); }
  const storage::Entry& entry(std::uint32_t number) const { return entries_[number - 1]; }
  const std::vector<storage::Entry>& entries() const { return entries_; }
  std::optional<std::uint32_t> number_of(Uid) const;
  bool is_recent(Uid) const;

  // Numbers of the messages a set names, rising. By UID: missing ones are passed over, and n:*
  // always has the last message. By number: one beyond the end throws BadSyntax (behaviour 9).
  std::vector<std::uint32_t> numbers(const SequenceSet&, bool by_uid) const;

  // Takes what was committed since. Appended messages join the end only in announce().
  void absorb();

  // The untagged lines that are due: EXPUNGE (only with Expunges::tell), EXISTS and RECENT, FETCH
  // FLAGS of entries changed since last told. `silent`: UIDs whose flag change this session made
  // itself with .SILENT and that need not be told at this modseq.
  enum class Expunges { tell, hold };
  struct Told {
    Uid uid;
    ModSeq modseq;
  };
  std::string announce(Expunges, bool with_uid, const storage::Tree&);
  void told(Uid, ModSeq);  // the client knows this message's flags as of modseq (a FETCH, .SILENT)

 private:
  std::string name_;
  Access access_;
  std::shared_ptr<storage::Watch> watch_;
  std::uint32_t uid_validity_;
  ModSeq seen_up_to_;
  std::vector<storage::Entry> entries_;
  std::vector<ModSeq> told_;              // parallel to entries_
  std::vector<storage::Entry> arriving_;  // not announced yet
  std::set<std::uint32_t> expunged_;      // UIDs gone but not announced
  std::set<std::uint32_t> recent_;        // UIDs
  std::size_t keywords_told_ = 0;         // FLAGS lines list Tree::keywords up to here
  bool gone_ = false;
  bool counts_changed_ = false;
};

// "(\Seen $Forwarded)": flags in wire form; with \Recent where it applies.
std::string flags_text(const storage::Flags&, const storage::Tree&, bool recent);

}  // namespace imap
