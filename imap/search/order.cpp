#include "imap/search/order.h"

#include <algorithm>
#include <compare>

#include "imap/mime/sort_names.h"
#include "imap/mime/subject.h"
#include "imap/search/collation.h"

namespace imap::search {
namespace {

using By = Criterion::By;

struct Word {
  std::string_view name;
  By by;
};
constexpr Word words[] = {{"ARRIVAL", By::arrival},
                          {"CC", By::cc},
                          {"DATE", By::date},
                          {"DISPLAYFROM", By::display_from},
                          {"DISPLAYTO", By::display_to},
                          {"FROM", By::from},
                          {"RELEVANCY", By::relevancy},
                          {"SIZE", By::size},
                          {"SUBJECT", By::subject},
                          {"TO", By::to}};

Criterion parse_criterion(Request& request) {
  Criterion result;
  auto name = upper_ascii(request.keyword_text());
  if (name == "REVERSE") {
    result.direction = Criterion::Direction::down;
    request.space();
    name = upper_ascii(request.keyword_text());
  }
  const auto* found =
      std::ranges::find(words, std::string_view(name), [](const Word& word) { return word.name; });
  if (found == std::end(words)) throw BadSyntax("There is no such sort criterion");
  result.by = found->by;
  return result;
}

bool is_text(By by) {
  return by != By::arrival && by != By::date && by != By::size && by != By::relevancy;
}

std::int64_t value(By by, const Hit& hit, const storage::Entry& entry,
                   std::optional<UnixTime> sent) {
  if (by == By::relevancy) return -std::int64_t{hit.score};  // the best comes first
  if (by == By::size) return static_cast<std::int64_t>(entry.size);
  if (by == By::arrival) return entry.internal_date;
  return sent.value_or(entry.internal_date);  // RFC 5256 2.2
}

std::string_view text(By by, const mime::SummaryView& summary) {
  switch (by) {
    case By::cc:
      return summary.cc();
    case By::display_from:
      return summary.from_display();
    case By::display_to:
      return summary.to_display();
    case By::from:
      return summary.from();
    case By::to:
      return summary.to();
    default:
      return summary.base_subject();
  }
}

std::string_view field_of(By by) {
  if (by == By::subject) return "Subject";
  if (by == By::cc) return "Cc";
  return by == By::to || by == By::display_to ? "To" : "From";
}

std::string written_text(By by, const mime::Header& header) {
  if (by == By::subject) {
    const auto* field = header.find("Subject");
    return field ? mime::written_base_subject(field->value) : std::string();
  }
  auto names = mime::sort_names(header, field_of(by));
  return by == By::display_from || by == By::display_to ? names.display : names.mailbox;
}

// Folded text is kept; where it is ASCII it compares as what was written does, but for a sharp s.
bool compares_as_written(std::string_view folded) {
  return folded.find("ss") == std::string_view::npos &&
         std::ranges::all_of(folded, [](unsigned char c) { return c < 0x80; });
}

std::string sort_text(By by, const mime::SummaryView& summary) {
  const auto kept = text(by, summary);
  if (compares_as_written(kept)) return collated(kept);
  const std::string names[] = {std::string(field_of(by))};
  const auto fields = summary.header_fields(names);
  return collated(fields ? written_text(by, mime::Header(*fields)) : kept);
}

// Two that differ in it come in its order; of the rest nothing is said.
std::uint64_t leading(const Sortable& message, const Criterion& first) {
  std::uint64_t lead = 0;
  if (is_text(first.by)) {
    const auto begin = std::string_view(message.texts.front()).substr(0, sizeof lead);
    for (const unsigned char octet : begin) lead = lead << 8 | octet;
    lead = begin.empty() ? 0 : lead << 8 * (sizeof lead - begin.size());
  } else {
    lead = static_cast<std::uint64_t>(message.values.front()) ^ std::uint64_t{1} << 63;
  }
  return first.direction == Criterion::Direction::up ? lead : ~lead;
}

std::strong_ordering compared(const Sortable& a, const Sortable& b, std::size_t n, By by) {
  return is_text(by) ? a.texts[n] <=> b.texts[n] : a.values[n] <=> b.values[n];
}

}  // namespace

std::vector<Criterion> parse_criteria(Request& request) {
  std::vector<Criterion> criteria;
  request.expect('(');
  do {
    if (criteria.size() == criteria_limit) throw BadSyntax("There are too many sort criteria");
    criteria.push_back(parse_criterion(request));
  } while (request.try_space());
  request.expect(')');
  return criteria;
}

Needs needs(const std::vector<Criterion>& criteria) {
  if (std::ranges::any_of(criteria, is_text, &Criterion::by)) return Needs::summaries;
  const bool by_date = std::ranges::find(criteria, By::date, &Criterion::by) != criteria.end();
  return by_date ? Needs::dates : Needs::entries;
}

bool needs_relevancy(const std::vector<Criterion>& criteria) {
  return std::ranges::find(criteria, By::relevancy, &Criterion::by) != criteria.end();
}

Sortable sortable(const Hit& hit, const storage::Entry& entry, std::optional<UnixTime> sent,
                  const std::vector<Criterion>& criteria) {
  Sortable result{.hit = hit};
  result.values.reserve(criteria.size());
  for (const auto& each : criteria)
    result.values.push_back(is_text(each.by) ? 0 : value(each.by, hit, entry, sent));
  return result;
}

Sortable sortable(const Hit& hit, const storage::Entry& entry, const mime::SummaryView& summary,
                  const std::vector<Criterion>& criteria) {
  const auto sent = summary.sent();
  auto result = sortable(hit, entry, sent ? std::optional(sent->time) : std::nullopt, criteria);
  result.texts.reserve(criteria.size());
  for (const auto& each : criteria)
    result.texts.push_back(is_text(each.by) ? sort_text(each.by, summary) : std::string());
  return result;
}

bool comes_before(const Sortable& a, const Sortable& b, const std::vector<Criterion>& criteria) {
  for (std::size_t n = 0; n < criteria.size(); ++n) {
    const auto order = compared(a, b, n, criteria[n].by);
    if (order == 0) continue;
    return (order < 0) == (criteria[n].direction == Criterion::Direction::up);
  }
  return a.hit.uid < b.hit.uid;
}

void put_in_order(std::vector<Sortable>& messages, const std::vector<Criterion>& criteria) {
  struct Place {
    std::uint64_t lead;
    std::size_t index;
  };
  std::vector<Place> order(messages.size());
  for (std::size_t n = 0; n < order.size(); ++n) order[n] = {leading(messages[n], criteria[0]), n};
  std::ranges::sort(order, [&](const Place& a, const Place& b) {
    return a.lead != b.lead ? a.lead < b.lead
                            : comes_before(messages[a.index], messages[b.index], criteria);
  });
  std::vector<Sortable> sorted;
  sorted.reserve(messages.size());
  for (const auto& [lead, index] : order) sorted.push_back(std::move(messages[index]));
  messages = std::move(sorted);
}

}  // namespace imap::search
