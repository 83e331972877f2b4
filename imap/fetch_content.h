#pragma once
// What of a message goes out: octets as they are stored, or what a part of it decodes to.

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "base/ids.h"
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

// How far a part has been decoded.
struct Decoding {
  mime::Range stored{};  // what is left of it
  mime::TransferDecoder decoder{mime::Encoding::identity};
  std::string ahead{};      // decoded and not given yet
  std::uint64_t given = 0;  // decoded octets before these
};

// Where a client was that reads a part page by page: it goes on from there, and not from the part's
// beginning each time.
struct DecodingPlace {
  MessageId message{};
  mime::Range part{};
  Decoding decoding{};
};

// Reads a content to its end, a piece at a time; one thread at a time.
class ContentReader {
 public:
  ContentReader(ReadOctets, const Content&);
  // `decoding` is of that content's part, and not beyond what is skipped.
  ContentReader(ReadOctets, const Content&, Decoding decoding);

  bool done() const { return ended_ || left_ == 0; }
  // What comes next; may be empty. Blocks. Throws corrupt when the message is shorter than its
  // entry says, and what reading throws.
  std::string next();
  bool ended() const { return ended_; }        // there is nothing behind what it gave
  Decoding leave() { return std::move(at_); }  // how far it came; nothing else after that

 private:
  std::string decoded();

  ReadOctets read_;
  Decoding at_;
  std::uint64_t skipped_, left_;
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
// Of a part of `message`, from the place on where that leads to it; the place is moved on.
Measured measured(const ReadOctets&, const Content&, MessageId message, DecodingPlace&);

}  // namespace imap
