#pragma once
// What SORT sorts by (RFC 5256; DISPLAYFROM and DISPLAYTO: RFC 5957; RELEVANCY: RFC 6203), and the
// order of messages by it. Pure.

#include <cstdint>
#include <optional>
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

// What tells the order: entries alone, dates as well, or all of the summaries.
enum class Needs : std::uint8_t { entries, dates, summaries };
Needs needs(const std::vector<Criterion>&);
bool needs_relevancy(const std::vector<Criterion>&);

// A message with what it is sorted by: one number or text for each criterion.
struct Sortable {
  Hit hit{};
  std::vector<std::int64_t> values{};
  std::vector<std::string> texts{};
};

// Without summary where that is not needed; `sent`: none where there is no Date.
Sortable sortable(const Hit&, const storage::Entry&, const mime::SummaryView&,
                  const std::vector<Criterion>&);
Sortable sortable(const Hit&, const storage::Entry&, std::optional<UnixTime> sent,
                  const std::vector<Criterion>&);

// Ties go by UID, whatever is reversed.
bool comes_before(const Sortable&, const Sortable&, const std::vector<Criterion>&);

void put_in_order(std::vector<Sortable>&, const std::vector<Criterion>&);

}  // namespace imap::search
