#include "server/size_text.h"

#include <charconv>
#include <string>

#include "base/error.h"

namespace server {
namespace {

struct Unit {
  char letter;
  unsigned shift;
};
constexpr Unit units[] = {{'T', 40}, {'G', 30}, {'M', 20}, {'K', 10}};

[[noreturn]] void refuse(std::string_view text) {
  throw Error(Fault::invalid, "\"" + std::string(text) + "\" is no size",
              "a number of octets, or with K, M, G or T: \"10G\"");
}

unsigned shift_of(char letter) {
  for (const auto& unit : units)
    if (unit.letter == letter || (unit.letter | 0x20) == letter) return unit.shift;
  return 0;
}

}  // namespace

std::uint64_t parsed_size(std::string_view text) {
  std::uint64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || end - stopped > 1) refuse(text);
  const auto shift = stopped == end ? 0 : shift_of(*stopped);
  if ((stopped != end && shift == 0) || number > (INT64_MAX >> shift)) refuse(text);
  return number << shift;
}

}  // namespace server
