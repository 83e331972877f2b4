#pragma once
// A text within a text, several times faster than std::string_view::find().

#include <string.h>

#include <string_view>

// Where `text` holds it first, from `from` on; npos: nowhere.
inline std::size_t place_of(std::string_view wanted, std::string_view text, std::size_t from = 0) {
  if (from > text.size()) return text.npos;
  const auto* at = memmem(text.data() + from, text.size() - from, wanted.data(), wanted.size());
  return at == nullptr ? text.npos
                       : static_cast<std::size_t>(static_cast<const char*>(at) - text.data());
}
