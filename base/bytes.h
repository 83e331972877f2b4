#pragma once
// Octets. Mail and protocol text travel as std::string; sealed and key-shaped things as Bytes, so
// that one is not taken for the other without saying so.

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

inline ByteView bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view text_of(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline Bytes copy_of(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

// Lower-case hexadecimal. from_hex throws invalid on anything else (upper case is read too).
std::string to_hex(ByteView);
Bytes from_hex(std::string_view);

// RFC 4648 section 4, with padding. from_base64 throws invalid on anything else than exact base64.
std::string to_base64(ByteView);
std::string from_base64(std::string_view);

// RFC 4648 section 5 without padding, as the key vault speaks it. Throws invalid likewise.
std::string to_base64url(ByteView);
Bytes from_base64url(std::string_view);
