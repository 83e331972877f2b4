#include "imap/search/relevancy.h"

#include <algorithm>

namespace imap::search {
namespace {

using Kind = Key::Kind;

constexpr unsigned whole = 100;
constexpr unsigned lost_by_a_day = 25;
constexpr unsigned beside_by_size = 50;

// Days from `day` to where the key is met.
std::int64_t days_beside(Kind kind, std::int64_t day, std::int64_t wanted) {
  switch (kind) {
    case Kind::internal_before:
    case Kind::sent_before:
    case Kind::saved_before:
      return std::max<std::int64_t>(day - wanted + 1, 0);
    case Kind::internal_since:
    case Kind::sent_since:
    case Kind::saved_since:
      return std::max<std::int64_t>(wanted - day, 0);
    default:
      return std::max(day - wanted, wanted - day);
  }
}

unsigned by_days(std::int64_t beside) {
  if (beside > 3) return 0;
  return whole - lost_by_a_day * static_cast<unsigned>(beside);
}

unsigned by_size(Kind kind, std::uint64_t size, std::uint64_t wanted) {
  const auto tenth = wanted / 10;
  if (kind == Kind::larger ? size > wanted : size < wanted) return whole;
  const auto beside = kind == Kind::larger ? wanted - size : size - wanted;
  return beside <= tenth ? beside_by_size : 0;
}

std::optional<unsigned> by_text(const Test& test, const Facts& facts) {
  const auto header = facts.header_text.value_or("");
  const auto body = facts.body_text.value_or("");
  const auto score = test.words->score(header, body);
  if (score > 0) return score;
  return facts.header_text && facts.body_text ? std::optional(0U) : std::nullopt;
}

std::optional<unsigned> by_field(const Test& test, const Facts& facts) {
  if (!facts.header_text) return std::nullopt;
  unsigned best = 0;
  any_field(*facts.header_text, test.name, [&](std::string_view value) {
    best = std::max(best, test.words->score(value, ""));
    return best == whole;
  });
  return best;
}

std::optional<unsigned> by_sent(const Test& test, const Facts& facts) {
  if (facts.summary_read == Facts::Read::no) return std::nullopt;
  if (!facts.sent) return 0;
  return by_days(days_beside(test.kind, day_of(facts.sent->time, facts.sent->zone), test.day));
}

std::optional<unsigned> relevancy_of(const Test& test, const Facts& facts) {
  if (test.kind == Kind::none_of) return std::nullopt;
  if (test.tests.empty())
    return test.match == Key::Match::fuzzy ? grade(test, facts) : std::nullopt;
  unsigned best = 0, sum = 0, count = 0;
  for (const auto& child : test.tests) {
    const auto found = relevancy_of(child, facts);
    if (!found) continue;
    best = std::max(best, *found);
    sum += *found;
    ++count;
  }
  if (count == 0) return std::nullopt;
  return test.kind == Kind::any_of ? best : sum / count;
}

}  // namespace

bool is_fuzzy(const Test& test) {
  return test.match == Key::Match::fuzzy || std::ranges::any_of(test.tests, is_fuzzy);
}

std::optional<unsigned> grade(const Test& test, const Facts& facts) {
  const auto& entry = *facts.entry;
  switch (test.kind) {
    case Kind::header:
      return by_field(test, facts);
    case Kind::body:
      if (!facts.body_text) return std::nullopt;
      return test.words->score("", *facts.body_text);
    case Kind::text:
      return by_text(test, facts);
    case Kind::larger:
    case Kind::smaller:
      return by_size(test.kind, entry.size, test.size);
    case Kind::sent_before:
    case Kind::sent_on:
    case Kind::sent_since:
      return by_sent(test, facts);
    case Kind::saved_before:
    case Kind::saved_on:
    case Kind::saved_since:
      return by_days(days_beside(test.kind, day_of(entry.saved, 0), test.day));
    default:
      return by_days(days_beside(test.kind, day_of(entry.internal_date, entry.zone), test.day));
  }
}

unsigned relevancy(const Test& test, const Facts& facts) {
  return std::clamp(relevancy_of(test, facts).value_or(whole), 1U, whole);
}

}  // namespace imap::search
