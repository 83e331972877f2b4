#pragma once
// What is inside a sealed record or chunk: the plaintext, compressed where that makes it smaller,
// and zeros up to one of few sizes, so that its length says little (FORMAT.md section 4).

#include <cstddef>

#include "base/bytes.h"

namespace crypto {

inline constexpr std::size_t inner_header_size = 9;  // method, stored length, real length
inline constexpr std::size_t smallest_inner = 256;

// Padmé, 256 at least: above that at most 6.25 % more (3.125 % from 64 KiB on); of the length only
// O(log log size) bits are told.
std::size_t padded_size(std::size_t inner);

// Octets to leave free around what is packed, for what seals it in place.
struct Room {
  std::size_t before = 0, after = 0;
};
Bytes packed(ByteView plain, Room);

// Throws corrupt unless packed() could have made it of at most `limit` octets. Never takes more
// memory than limit and the input.
Bytes unpacked(Bytes inner, std::size_t limit);

// Compressors that rest keep pieces of what they worked on: gives back their memory, which wipes it
// (base/heap.h). Any thread, now and then.
void forget_scratch();

}  // namespace crypto
