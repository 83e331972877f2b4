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
  // `watch` was made before the folder was read into `selected`: nothing is missed, and changes
  // that the reading already holds are passed over.
  View(std::string folder_name, Access, std::shared_ptr<storage::Watch> watch,
       storage::Selected selected);
  ~View();  // ends the watch
  View(View&&) noexcept = default;

  const std::string& folder_name() const { return name_; }  // as it was selected
  FolderId folder() const { return watch_->folder(); }
  Access access() const { return access_; }
  // Which flags this user may change: told by flags_lines(), and by announce() once that is another
  // answer (RFC 4314 5.1.1).
  void permit(const storage::KeptFlags&);
  // Of the mailbox's keywords only those are told that messages here have: to whom it is another's.
  void hide_other_keywords() { hides_keywords_ = true; }
  std::uint32_t uid_validity() const { return uid_validity_; }
  Uid uid_next() const { return uid_next_; }  // UIDs below it have been told, or never will be
  bool folder_gone() const { return gone_; }  // deleted; found out by announce()

  // Numbers are 1-based; entry(n) of number n. Entries hold the newest flags, told or not.
  std::uint32_t count() const { return static_cast<std::uint32_t>(entries_.size()); }
  // Until the next absorb() or announce().
  const storage::Entry& entry(std::uint32_t number) const { return entries_[number - 1]; }
  const storage::EntryList& entries() const { return entries_; }
  std::optional<std::uint32_t> number_of(Uid) const;
  bool is_recent(Uid) const;
  bool is_told(std::uint32_t number) const;  // the client knows the entry's flags as they are
  std::size_t recent_count() const { return recent_.size(); }

  // "$" (RFC 5182): what SEARCH has saved in this folder; UIDs rise, some may be gone.
  const std::vector<Uid>& saved() const { return saved_; }
  void save(std::vector<Uid>);

  // Numbers of the messages a set names, rising. By UID, and of "$": missing ones are passed over,
  // and n:* always has the last message. By number: one beyond the end throws BadSyntax (behaviour
  // 9), but n:* with n beyond it is the last message here too.
  std::vector<std::uint32_t> numbers(const SequenceSet&, bool by_uid) const;

  // Of the messages that have changed since.
  std::vector<std::uint32_t> numbers_newer_than(ModSeq) const;
  std::vector<Uid> lost() const;  // whose entries are damaged (storage/folder_reading.h)

  // Takes what was committed since. Appended messages join the end only in announce().
  void absorb();

  // The untagged lines that are due: FLAGS with new keywords, EXPUNGE (only with Expunges::tell),
  // EXISTS and RECENT, FETCH FLAGS of entries changed since last told.
  enum class Expunges { tell, hold };
  struct Form {
    bool uid = false;  // what FETCH lines bear besides
    bool modseq = false;
    bool vanished = false;  // VANISHED instead of EXPUNGE (RFC 7162 3.2.10)
    bool recent = true;     // RECENT, \Recent: IMAP4rev2 has neither
    bool uid_only = false;  // "* UID UIDFETCH" instead of "* NUMBER FETCH" (RFC 9586 section 3)
    // What is told at all: a client may not want to know (RFC 5465 3.1).
    bool arrivals = true, flags = true;
  };
  std::string announce(Expunges, const Form&, const storage::Tree&);
  // "* 3 FETCH (UID 4 FLAGS (\Seen) MODSEQ (7))", and that with UID and MODSEQ alone.
  std::string flags_line(std::uint32_t number, const Form&, const storage::Tree&) const;
  std::string modseq_line(std::uint32_t number, const Form&) const;
  // The client knows this message's flags as of modseq, or need not be told (a FETCH, .SILENT).
  void told(Uid, ModSeq);
  // All changes up to it have been told: the HIGHESTMODSEQ of this client (RFC 7162 3.2).
  ModSeq told_up_to() const { return told_up_to_; }
  ModSeq absorbed_up_to() const { return seen_up_to_; }
  bool holds_expunges() const { return !expunged_.empty(); }

  // ---- for those who follow the folder closely
  // From here on what is touched is noted. What has not been told yet counts as touched, each time.
  void track();
  bool tracks() const { return tracks_; }
  // Messages that have come, gone or changed their flags since this was last asked; rise.
  std::vector<Uid> take_touched();
  // Messages that announce() has told since this was last asked; rise.
  std::vector<Uid> take_newcomers();
  bool is_gone(Uid uid) const;  // expunged, whether that was told or not

  // Nothing more is taken. What was recent to this session, and was not told it.
  std::optional<storage::UntoldRecent> end();
  // FLAGS and PERMANENTFLAGS; then announce() gives them again when keywords were added, or other
  // flags permitted.
  std::string flags_lines(const storage::Tree&);

 private:
  // As of when the client knows an entry.
  struct Told {
    Uid uid;
    ModSeq modseq;
  };

  std::vector<Told>::iterator told_of(Uid);  // where it is, or belongs
  void note_touched(const storage::Change&);
  void absorb_change(const storage::Change&);
  void absorb_recent(const storage::Change&);
  void add_recent(Uid from);
  void take_flags(const storage::Entry&);
  std::string fetch_line(std::uint32_t number, const Form&, const std::string& items) const;
  std::vector<std::uint32_t> saved_numbers() const;
  void tell_expunged(std::string& lines, const Form&);
  void tell_arrived(std::string& lines, const Form&);
  void tell_flags(std::string& lines, const Form&, const storage::Tree&);
  void note_told();
  storage::Flags keywords_here(const storage::Tree&) const;
  std::string permanent_flags(const storage::Tree&, const storage::Flags& keywords) const;

  std::string name_;
  Access access_;
  storage::KeptFlags permitted_;
  std::shared_ptr<storage::Watch> watch_;
  std::uint32_t uid_validity_;
  ModSeq seen_up_to_;
  ModSeq told_up_to_;
  Uid uid_next_;
  storage::EntryList entries_;
  std::vector<Told> told_;                // UIDs rise; all others are known as they are
  std::vector<storage::Entry> arriving_;  // not announced yet
  std::set<Uid> expunged_;                // gone but not announced
  ModSeq first_expunge_;                  // of these
  std::set<Uid> recent_;                  // of entries_
  std::set<Uid> arriving_recent_;         // of arriving_
  Uid claimed_to_;                        // all below it that is recent was claimed
  std::vector<Uid> saved_;
  bool tracks_ = false;
  std::set<Uid> touched_;
  std::vector<Uid> newcomers_;
  storage::Flags keywords_told_;  // FLAGS lines had these
  std::uint32_t replaced_told_ = 0;
  bool hides_keywords_ = false;
  bool flags_due_ = false;      // others are permitted than were told
  bool flags_changed_ = false;  // some entry may be newer than told_
  bool gone_ = false;
};

// "(\Seen $Forwarded)": flags in wire form; with \Recent where it applies.
std::string flags_text(const storage::Flags&, const storage::Tree&, bool recent);

}  // namespace imap
