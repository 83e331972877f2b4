#include "imap/mime/cipher_text.h"

#include <algorithm>

namespace imap::mime {
namespace {

constexpr std::size_t piece = 48;     // octets
constexpr std::size_t shortest = 16;  // a block of AES

// Of the character of a text that begins there; 0: none does.
std::size_t length_of_character(std::string_view at) {
  const auto first = static_cast<unsigned char>(at.front());
  if (first < 0x80)
    return (first >= ' ' && first != 0x7f) || first == '\t' || first == '\r' || first == '\n';
  if (first < 0xc2 || first > 0xf4) return 0;
  const std::size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  const auto is_next = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; };
  return at.size() >= length && std::ranges::all_of(at.substr(1, length - 1), is_next) ? length : 0;
}

}  // namespace

bool shows_text(std::string_view octets) {
  const auto enough = std::min(piece, octets.size());
  std::size_t run = 0;
  while (!octets.empty()) {
    const auto length = length_of_character(octets);
    run = length == 0 ? 0 : run + length;
    if (run >= enough) return true;
    octets.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return false;
}

bool is_cipher_text(std::string_view octets) {
  return octets.size() >= shortest && !shows_text(octets);
}

}  // namespace imap::mime
