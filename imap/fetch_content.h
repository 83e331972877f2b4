#pragma once
// What of a message goes out: octets as they are stored, or what a part of it decodes to.

#include <cstdint>
#include <functional>
#include <string>

#include "imap/mime/summary.h"
#include "imap/mime/transfer_decoder.h"

namespace imap {

// Of an answer up to it is held; what is more is passed on piece by piece.
inline constexpr std::uint64_t held_limit = 4 * 1024 * 1024;
inline constexpr std::uint64_t content_step = 1024 * 1024;  // stored octets read at a time

// Reads octets of one message; throws what storage::Mailbox::octets throws.
using ReadOctets = std::function<std::string(mime::Range)>;

struct Content {
  mime::Range stored;
  mime::Encoding encoding = mime::Encoding::identity;  // undone on the way out
  std::uint64_t skipped = 0;                           // decoded octets that are left out before
  std::uint64_t length = 0;                            // that go out, at most
};

Content as_stored(mime::Range);

// Reads a content to its end, a piece at a time; one thread at a time.
class ContentReader {
 public:
  ContentReader(ReadOctets, const Content&);

  bool done() const { return ended_ || left_ == 0; }
  // What comes next; may be empty. Blocks. Throws corrupt when the message is shorter than its
  // entry says, and what reading throws.
  std::string next();

 private:
  ReadOctets read_;
  mime::Range stored_;  // what is left of it
  std::uint64_t skipped_, left_;
  mime::TransferDecoder decoder_;
  bool ended_ = false;
};

// Throws as ContentReader::next.
std::string all_of(const ReadOctets&, const Content&);

// A content that was read through once.
struct Measured {
  std::uint64_t size = 0;
  bool has_nul = false;
  std::string held{};  // all of it, up to held_limit; beyond that nothing
};
Measured measured(const ReadOctets&, const Content&);

}  // namespace imap
