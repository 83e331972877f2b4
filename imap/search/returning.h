#pragma once
// What a client wants to be told of what was found: RETURN (...) of SEARCH and SORT, and the
// ESEARCH line that tells it. MIN, MAX, ALL, COUNT: RFC 4731 (for SORT RFC 5267); SAVE: RFC 5182;
// PARTIAL: RFC 9394; RELEVANCY: RFC 6203; UPDATE and CONTEXT: RFC 5267.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "imap/fetch_item.h"
#include "imap/request.h"
#include "imap/search/window.h"

namespace imap::search {

struct Returning {
  bool min = false, max = false, all = false, count = false, save = false, relevancy = false;
  bool context = false;  // a hint: the client will ask for the like again
  std::optional<Window> partial{};
  // The client is to be told of changes; of new messages with these items (RFC 5465 section 7).
  std::optional<std::vector<FetchItem>> update{};

  bool tells() const { return min || max || all || count || relevancy || partial; }
};

// "RETURN (...) " if it comes next; none if it does not. "RETURN ()" is ALL. Throws BadSyntax.
std::optional<Returning> parse_returning(Request&);

// What was found, in the order it is answered: numbers or UIDs, and how well each matches.
struct Results {
  std::vector<std::uint32_t> ids{};
  std::vector<std::uint8_t> scores{};  // for relevancy
};

// "ESEARCH (TAG "a1") UID COUNT 3 ...". `correlator`: what stands between the parentheses.
std::string esearch_line(std::string_view correlator, bool by_uid, const Returning&,
                         const Results&);
std::string tag_correlator(std::string_view tag);  // "TAG "a1""

// Of so many results in their order, which SAVE keeps and MODSEQ speaks of: indexes, rising (RFC
// 5182 2.4, RFC 9394 3.2, RFC 4731 3.2).
std::vector<std::size_t> saved(const Returning&, std::size_t found);

}  // namespace imap::search
