#pragma once
// PARTIAL (RFC 9394): the part that a client wants of many results. Pure.

#include <cstddef>
#include <cstdint>
#include <string>

#include "imap/request.h"

namespace imap::search {

// "1:500", or "-1:-100": results counted from 1, from the first on or from the last back.
struct Window {
  enum class From : std::uint8_t { first, last };
  std::uint32_t one = 0, other = 0;  // as written, without "-"
  From from = From::first;
};

Window parse_window(Request&);  // throws BadSyntax
std::string text(const Window&);

// Indexes [begin, end) of what it shows of so many results.
struct Shown {
  std::size_t begin = 0, end = 0;
};
Shown shown(const Window&, std::size_t found);

}  // namespace imap::search
