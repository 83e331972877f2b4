#pragma once
// One message in one folder, as everybody above storage sees it.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"

namespace storage {

// RFC 3501 2.3.2. \Recent is no stored flag: see FolderState::first_recent.
enum SystemFlag : std::uint8_t {
  seen = 1,
  answered = 2,
  flagged = 4,
  deleted = 8,
  draft = 16,
};

// Keywords are bits; bit n is named by Tree::keywords[n]. 128 for each mailbox (all its folders).
inline constexpr std::size_t keyword_limit = 128;

struct Flags {
  std::uint8_t system = 0;  // SystemFlag bits
  std::array<std::uint64_t, 2> keywords{};

  bool operator==(const Flags&) const = default;
  bool has_keyword(std::size_t bit) const { return keywords[bit / 64] >> (bit % 64) & 1; }
  void set_keyword(std::size_t bit) { keywords[bit / 64] |= std::uint64_t{1} << (bit % 64); }
};

// Flags as a client names them. Keywords are matched without case; the first spelling is kept.
struct FlagNames {
  std::uint8_t system = 0;
  std::vector<std::string> keywords;
};

struct Entry {
  Uid uid;
  MessageId message;
  ModSeq modseq;  // of the last change to flags, or of its arrival
  Flags flags;
  UnixTime internal_date = 0;  // RFC 3501 2.3.3
  std::int16_t zone = 0;       // minutes east of UTC that INTERNALDATE is shown in
  UnixTime saved = 0;          // when it came into this folder (RFC 8514)
  std::uint64_t size = 0;      // RFC822.SIZE, octets
  bool shared = false;         // another entry may show the message, too: one is a copy

  // Its stored entry is damaged: of all this only the UID is known.
  bool is_lost() const { return message.value == 0; }
};

// Counters of a folder, kept with every change: STATUS and SELECT read nothing else.
struct FolderState {
  std::uint32_t uid_validity = 0;  // 1..2^32-1, never 0
  Uid uid_next{1};
  ModSeq highest_modseq{1};  // never 0, also in an empty folder
  Uid first_recent{1};       // messages from here on are \Recent to the next SELECT
  std::uint32_t messages = 0;
  std::uint32_t unseen = 0;   // without \Seen
  std::uint32_t deleted = 0;  // with \Deleted
  std::uint64_t size = 0;     // sum of sizes
};

}  // namespace storage
