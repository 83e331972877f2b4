#pragma once
// What a client wants to be told of what was found: RETURN (...) of SEARCH and SORT, and the
// ESEARCH line that tells it. MIN, MAX, ALL, COUNT: RFC 4731 (for SORT RFC 5267); SAVE: RFC 5182;
// PARTIAL: RFC 9394.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "imap/request.h"

namespace imap::search {

// "1:500", or "-1:-100": results counted from 1, from the first on or from the last back.
struct Window {
  enum class From : std::uint8_t { first, last };
  std::uint32_t one = 0, other = 0;  // as written, without "-"
  From from = From::first;
};

struct Returning {
  bool min = false, max = false, all = false, count = false, save = false;
  std::optional<Window> partial{};

  bool tells() const { return min || max || all || count || partial; }
};

// "RETURN (...) " if it comes next; none if it does not. "RETURN ()" is ALL. Throws BadSyntax.
std::optional<Returning> parse_returning(Request&);

// "ESEARCH (TAG "a1") UID COUNT 3 ...". `found`: numbers or UIDs, in the order they are answered.
std::string esearch_line(const std::string& tag, bool by_uid, const Returning&,
                         const std::vector<std::uint32_t>& found);

// Of so many results in their order, which SAVE keeps and MODSEQ speaks of: indexes, rising (RFC
// 5182 2.4, RFC 9394 3.2, RFC 4731 3.2).
std::vector<std::size_t> saved(const Returning&, std::size_t found);

}  // namespace imap::search
