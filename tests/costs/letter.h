#pragma once
// Mail to count by: plausible, and the same each time.

#include <cstddef>
#include <string>

namespace costs {

// With `words` in its body, some 6 octets each, of a hundred different ones that have no "z".
std::string letter(std::size_t number, std::size_t words, const std::string& last_words = "");
inline constexpr std::size_t words_of_4_kb = 640;

}  // namespace costs
