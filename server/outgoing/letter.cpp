#include "server/outgoing/letter.h"

#include <algorithm>

namespace server::outgoing {
namespace {

bool is_ascii(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

bool has_lone_line_end(std::string_view octets) {
  for (auto at = octets.find_first_of("\r\n"); at != octets.npos;
       at = octets.find_first_of("\r\n", at + 2))
    if (octets.substr(at, 2) != "\r\n") return true;
  return false;
}

}  // namespace

bool needs_utf8(const Letter& letter) {
  const auto header = letter.octets.substr(0, letter.octets.find("\r\n\r\n"));
  return letter.utf8 && !(is_ascii(letter.sender) && is_ascii(header) &&
                          std::ranges::all_of(letter.recipients, [](const auto& recipient) {
                            return is_ascii(recipient.address);
                          }));
}

Content content_of(std::string_view octets) {
  return {.eight_bit = !is_ascii(octets),
          .nul = octets.find('\0') != octets.npos,
          .lone_ends = has_lone_line_end(octets)};
}

}  // namespace server::outgoing
