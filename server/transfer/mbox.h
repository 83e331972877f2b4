#pragma once
// mbox files: a From_ line, the message, an empty line, and so on. A From_ line with a date ends
// the message before it also where the empty line is missing, as mutt, Dovecot and Python have it:
// what writes them quotes such a line in a text (RFC 4155 appendix A). Read as mboxrd, which quotes
// ">From " as ">>From ": one '>' goes. mboxo, which quotes only "From ", reads the same but for
// lines that had a '>' themselves, where nothing tells the two apart. Content-Length is not looked
// at: it is wrong too often.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "imap/mime/summary.h"
#include "storage/entry.h"

namespace server::transfer {

// Fills in the next octets, as many as there are, and says how many: 0 at the end.
using ReadOctets = std::function<std::size_t(char* into, std::size_t most)>;

struct MboxMessage {
  std::string octets;                    // without the From_ line, unquoted; empty if too big
  std::optional<imap::mime::Sent> date;  // of the From_ line; none: the first line, and unreadable
  bool too_big = false;
  std::uint64_t number = 0;  // in its file, from 1
};

// Keeps one message in memory, of at most `limit` octets; the length of lines does not matter.
class MboxReader {
 public:
  // Throws invalid when there is something, and not an mbox. What `read` throws comes through.
  MboxReader(ReadOctets read, std::uint64_t limit);

  std::optional<MboxMessage> next();
  std::uint64_t position() const { return offset_; }  // octets read up to here

 private:
  // A line or, if it is very long, a piece of one.
  struct Piece {
    std::string_view text;
    bool begins = false;
  };
  std::optional<Piece> piece();
  void fill();
  void begin(MboxMessage&, std::string_view from_line);
  void append(MboxMessage&, std::string_view) const;

  ReadOctets read_;
  bool read_all_ = false;
  std::uint64_t limit_;
  std::string buffer_;
  std::size_t at_ = 0;
  std::uint64_t offset_ = 0;
  bool line_begins_ = true;
  std::optional<std::string> from_line_;  // of the message that comes next
  std::uint64_t number_ = 0;
};

// The message, in file form, with its From_ line, its flags (mbox_status.h) and the empty line
// after it, quoted as mboxrd. A last line without a line end gets one.
std::string mbox_entry(std::string_view message, const storage::FlagNames&, UnixTime date);

}  // namespace server::transfer
