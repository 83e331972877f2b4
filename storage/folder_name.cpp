#include <algorithm>

#include "base/error.h"
#include "storage/tree.h"

namespace storage {
namespace {

[[noreturn]] void refuse(const char* why) {
  throw Error(Fault::invalid, std::string("the folder name ") + why);
}

char ascii_upper(char letter) { return letter >= 'a' && letter <= 'z' ? letter - 32 : letter; }

bool is_inbox(std::string_view level) {
  constexpr std::string_view inbox = "INBOX";
  return std::equal(level.begin(), level.end(), inbox.begin(), inbox.end(),
                    [](char a, char b) { return ascii_upper(a) == b; });
}

// Length of the UTF-8 sequence at the front, 0 if it is none (RFC 3629 section 4).
std::size_t utf8_length(std::string_view text) {
  const auto at = [&](std::size_t n) {
    return n < text.size() ? static_cast<std::uint8_t>(text[n]) : std::uint8_t{0};
  };
  const auto tail = [&](std::size_t n) { return (at(n) & 0xc0) == 0x80; };
  const auto lead = at(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return tail(1) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    const bool short_form = lead == 0xe0 && at(1) < 0xa0;
    const bool surrogate = lead == 0xed && at(1) > 0x9f;
    return tail(1) && tail(2) && !short_form && !surrogate ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    const bool short_form = lead == 0xf0 && at(1) < 0x90;
    const bool beyond = lead == 0xf4 && at(1) > 0x8f;
    return tail(1) && tail(2) && tail(3) && !short_form && !beyond ? 4 : 0;
  }
  return 0;
}

// C0, DEL and C1; U+2028 and U+2029 break lines in some clients (RFC 5198 section 2).
bool is_control(std::string_view sequence) {
  const auto first = static_cast<std::uint8_t>(sequence[0]);
  if (sequence.size() == 1) return first < 0x20 || first == 0x7f;
  if (sequence.size() == 2) return first == 0xc2 && static_cast<std::uint8_t>(sequence[1]) < 0xa0;
  return sequence == "\xe2\x80\xa8" || sequence == "\xe2\x80\xa9";
}

void check_text(std::string_view name) {
  while (!name.empty()) {
    const auto length = utf8_length(name);
    if (length == 0) refuse("is not valid UTF-8");
    if (is_control(name.substr(0, length))) refuse("has a control character in it");
    name.remove_prefix(length);
  }
}

void check_levels(std::string_view name) {
  std::size_t depth = 0;
  for (std::size_t at = 0; at <= name.size(); ++depth) {
    const auto end = std::min(name.find(hierarchy_separator, at), name.size());
    if (end == at) refuse("has an empty level");
    at = end + 1;
  }
  if (depth > folder_depth_limit) refuse("has too many levels");
}

}  // namespace

std::string checked_folder_name(std::string_view name) {
  if (name.empty()) refuse("is empty");
  if (name.size() > folder_name_limit) refuse("is too long");
  check_text(name);
  check_levels(name);
  const auto level = name.substr(0, name.find(hierarchy_separator));
  std::string checked(name);
  if (is_inbox(level)) checked.replace(0, level.size(), "INBOX");
  return checked;
}

}  // namespace storage
