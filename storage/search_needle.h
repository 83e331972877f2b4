#pragma once
// What the search index is asked for, and how it answers: pieces of text by their trigrams. Pure.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace storage {

// Text that a message's header text or body text must hold for a search to find it: all of the
// pieces, each somewhere. Folded as the texts are.
struct SearchNeedle {
  // body: all of the body text. shown_body: its lines that are not fields of MIME parts.
  enum class In : std::uint8_t { header, body, shown_body };
  In in = In::body;
  std::vector<std::string> pieces;  // one, if it is not in the header
};
// Bits of needles, bit n for needle n: those that are not there, and those that are.
struct NeedleBits {
  std::uint64_t absent = 0, present = 0;
};
inline constexpr std::size_t needle_limit = 64;  // at once: a bit each
inline constexpr std::size_t trigram_size = 3;   // shorter pieces say nothing

inline constexpr unsigned trigram_values = 8192;
// crypto/FORMAT.md section 16.
inline unsigned trigram_value(const char* at) {
  const auto octet = [&](int n) { return std::uint32_t{static_cast<std::uint8_t>(at[n])}; };
  return (octet(0) | octet(1) << 8 | octet(2) << 16) * 2654435761U >> 19;
}

// The trigrams of a text, as a set of their values.
using TrigramSet = std::array<std::uint64_t, trigram_values / 64>;
TrigramSet trigrams_of(std::string_view text);

// A text is cut into windows that overlap: a piece of at most window_overlap octets that it holds
// is whole within one of them. The last one has all the rest.
inline constexpr std::size_t window_step = 4096;
inline constexpr std::size_t window_overlap = 256;
inline constexpr std::size_t window_limit = 12;
std::vector<std::string_view> windows_of(std::string_view text);  // one at least

// Of the values of a piece's trigrams those that are asked for, the telling ones first: spread over
// the piece, for neighbours say much the same. None for one that is too short.
std::vector<unsigned> asked_values(std::string_view piece);

// Fields of a header whose lines are kept together.
enum class HeaderPart : std::uint8_t { subject, from, recipients, other };
inline constexpr std::size_t header_parts = 4;
HeaderPart header_part(std::string_view field);  // in lower case
using HeaderParts = std::uint8_t;                // bit n: HeaderPart n
inline constexpr HeaderParts all_header_parts = 15;
// The lines of a header text, by their parts.
std::array<std::string, header_parts> in_header_parts(std::string_view header_text);

}  // namespace storage
