#pragma once
// What SORT sorts by (RFC 5256; DISPLAYFROM and DISPLAYTO: RFC 5957; RELEVANCY: RFC 6203), and the
// order of messages by it. Pure.

#include <cstdint>
#include <string>
#include <vector>

#include "imap/mime/summary.h"
#include "imap/request.h"
#include "imap/search/run.h"
#include "storage/entry.h"

namespace imap::search {

inline constexpr std::size_t criteria_limit = 50;  // in one SORT

struct Criterion {
  enum class By : std::uint8_t {
    arrival,
    cc,
    date,
    display_from,
    display_to,
    from,
    relevancy,
    size,
    subject,
    to,
  };
  enum class Direction : std::uint8_t { up, down };

  By by = By::arrival;
  Direction direction = Direction::up;
};

// "(SUBJECT REVERSE DATE)". Throws BadSyntax.
std::vector<Criterion> parse_criteria(Request&);

// Do entries alone tell the order?
bool needs_summaries(const std::vector<Criterion>&);
bool needs_relevancy(const std::vector<Criterion>&);

// A message with what it is sorted by: one number or text for each criterion.
struct Sortable {
  Hit hit{};
  std::vector<std::int64_t> values{};
  std::vector<std::string> texts{};
};

// `summary` may be null when it is not needed.
Sortable sortable(const Hit&, const storage::Entry&, const mime::SummaryView* summary,
                  const std::vector<Criterion>&);

// Ties go by UID, whatever is reversed.
bool comes_before(const Sortable&, const Sortable&, const std::vector<Criterion>&);

void put_in_order(std::vector<Sortable>&, const std::vector<Criterion>&);

}  // namespace imap::search
