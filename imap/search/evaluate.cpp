#include "imap/search/evaluate.h"

#include <algorithm>

#include "base/find.h"
#include "imap/mime/text.h"
#include "imap/search/relevancy.h"

namespace imap::search {
namespace {

using Kind = Key::Kind;

constexpr std::int64_t seconds_of_day = 86400;

Truth truth(bool value) { return value ? Truth::yes : Truth::no; }

Truth inverse(Truth value) {
  return static_cast<Truth>(static_cast<int>(Truth::yes) - static_cast<int>(value));
}

bool holds(std::string_view text, std::string_view needle) {
  return needle.empty() || place_of(needle, text) != text.npos;
}

// Not in the header fields of parts.
bool body_holds(std::string_view text, std::string_view needle) {
  if (needle.empty()) return true;
  for (auto at = place_of(needle, text); at != text.npos; at = place_of(needle, text)) {
    const auto line = text.rfind('\n', at) + 1;  // npos + 1: the first
    if (text[line] != mime::mime_field_mark) return true;
    text.remove_prefix(std::min(text.find('\n', at), text.size()));
  }
  return false;
}

bool is_in(const std::vector<SequenceSet::Range>& ranges, std::uint32_t number) {
  const auto after = std::upper_bound(
      ranges.begin(), ranges.end(), number,
      [](std::uint32_t wanted, const SequenceSet::Range& range) { return wanted < range.first; });
  return after != ranges.begin() && number <= std::prev(after)->last;
}

Truth in_header(const Test& test, const Facts& facts) {
  if ((facts.ruled_out & test.in_header) != 0) return Truth::no;
  if ((facts.found & test.in_header) != 0) return Truth::yes;
  if (!facts.header_text) return Truth::unknown;
  if (test.kind == Kind::text) return truth(holds(*facts.header_text, test.needle));
  return truth(any_field(*facts.header_text, test.name,
                         [&](std::string_view value) { return holds(value, test.needle); }));
}

Truth in_body(const Test& test, const Facts& facts) {
  if ((facts.ruled_out & test.in_body) != 0) return Truth::no;
  if ((facts.found & test.in_body) != 0) return Truth::yes;
  if (!facts.body_text) return Truth::unknown;
  const bool is_found = test.kind == Kind::text ? holds(*facts.body_text, test.needle)
                                                : body_holds(*facts.body_text, test.needle);
  return truth(is_found);
}

Truth in_text(const Test& test, const Facts& facts) {
  const auto found = in_header(test, facts);
  return found == Truth::yes ? found : std::max(found, in_body(test, facts));
}

Truth sent_test(const Test& test, const Facts& facts) {
  if (facts.summary_read == Facts::Read::no) return Truth::unknown;
  if (!facts.sent) return Truth::no;
  const auto day = day_of(facts.sent->time, facts.sent->zone);
  if (test.kind == Kind::sent_before) return truth(day < test.day);
  if (test.kind == Kind::sent_on) return truth(day == test.day);
  return truth(day >= test.day);
}

Truth id_test(const Test& test, const Facts& facts) {
  if (facts.summary_read == Facts::Read::no) return Truth::unknown;
  return truth(test.name == (test.kind == Kind::email_id ? facts.email_id : facts.thread_id));
}

// Kleene's "and": one no decides, else one unknown.
Truth all_of(const std::vector<Test>& tests, const Facts& facts) {
  auto result = Truth::yes;
  for (const auto& test : tests) {
    result = std::min(result, evaluate(test, facts));
    if (result == Truth::no) break;
  }
  return result;
}

Truth any_of(const std::vector<Test>& tests, const Facts& facts) {
  auto result = Truth::no;
  for (const auto& test : tests) {
    result = std::max(result, evaluate(test, facts));
    if (result == Truth::yes) break;
  }
  return result;
}

Source own_source(Kind kind) {
  switch (kind) {
    case Kind::sent_before:
    case Kind::sent_on:
    case Kind::sent_since:
    case Kind::email_id:
    case Kind::thread_id:
      return Source::summary;
    case Kind::header:
      return Source::header_text;
    case Kind::body:
    case Kind::text:
      return Source::body_text;
    default:
      return Source::entry;
  }
}

bool rests_on_flags_or_dates(Kind kind) {
  switch (kind) {
    case Kind::flag:
    case Kind::keyword:
    case Kind::larger:
    case Kind::smaller:
    case Kind::internal_before:
    case Kind::internal_on:
    case Kind::internal_since:
    case Kind::younger:
    case Kind::older:
    case Kind::saved_before:
    case Kind::saved_on:
    case Kind::saved_since:
    case Kind::modseq:
      return true;
    default:
      return false;
  }
}

bool is_leaf(const Test& test) { return test.tests.empty(); }

bool may_be_fuzzy(const Test& test) {
  switch (test.kind) {
    case Kind::header:
    case Kind::body:
    case Kind::text:
      return !test.needle.empty();
    case Kind::larger:
    case Kind::smaller:
    case Kind::internal_before:
    case Kind::internal_on:
    case Kind::internal_since:
    case Kind::sent_before:
    case Kind::sent_on:
    case Kind::sent_since:
    case Kind::saved_before:
    case Kind::saved_on:
    case Kind::saved_since:
      return true;
    default:
      return false;
  }
}

void make_fuzzy(Test& test) {
  if (!may_be_fuzzy(test)) return;
  test.match = Key::Match::fuzzy;
  if (!test.needle.empty()) test.words.emplace(test.needle);
}

Truth fuzzily(const Test& test, const Facts& facts) {
  const auto found = grade(test, facts);
  return found ? truth(*found > 0) : Truth::unknown;
}

}  // namespace

std::int64_t day_of(UnixTime time, std::int16_t zone) {
  const std::int64_t local = time + zone * 60;
  return local / seconds_of_day - (local % seconds_of_day < 0 ? 1 : 0);
}

Test prepared(const Key& key, const Moment& moment, const storage::Tree& tree) {
  Test test{.kind = key.kind,
            .source = own_source(key.kind),
            .flag = key.flag,
            .name = key.name,
            .needle = key.needle,
            .size = key.size,
            .day = key.day};
  if (key.kind == Kind::numbers) test.ranges = key.set.resolved(moment.largest_number);
  if (key.kind == Kind::uids) test.ranges = key.set.resolved(moment.largest_uid);
  if (key.set.is_saved()) {
    test.kind = Kind::uids;
    for (const auto uid : moment.saved) test.ranges.push_back({uid.value, uid.value});
  }
  if (key.kind == Kind::younger || key.kind == Kind::older)
    test.time = moment.now - static_cast<UnixTime>(key.size);
  if (key.kind == Kind::keyword) test.keyword = tree.keyword(key.name);
  if (key.match == Key::Match::fuzzy) make_fuzzy(test);
  for (const auto& child : key.keys) {
    test.tests.push_back(prepared(child, moment, tree));
    test.source = std::max(test.source, test.tests.back().source);
  }
  std::stable_sort(test.tests.begin(), test.tests.end(),
                   [](const Test& a, const Test& b) { return a.source < b.source; });
  return test;
}

bool rests_on(const Test& test, Source source) {
  if (is_leaf(test)) {
    return test.source == source || (test.kind == Kind::text && source == Source::header_text);
  }
  return std::any_of(test.tests.begin(), test.tests.end(),
                     [&](const Test& child) { return rests_on(child, source); });
}

bool has(const Test& test, Key::Kind kind) {
  return test.kind == kind || std::any_of(test.tests.begin(), test.tests.end(),
                                          [kind](const Test& child) { return has(child, kind); });
}

Truth evaluate(const Test& test, const Facts& facts) {
  const auto& entry = *facts.entry;
  if (entry.is_lost() && rests_on_flags_or_dates(test.kind)) return Truth::unknown;
  if (test.match == Key::Match::fuzzy) return fuzzily(test, facts);
  const auto day = [&] { return day_of(entry.internal_date, entry.zone); };
  switch (test.kind) {
    case Kind::everything:
      return Truth::yes;
    case Kind::numbers:
      return truth(is_in(test.ranges, facts.number));
    case Kind::uids:
      return truth(is_in(test.ranges, entry.uid.value));
    case Kind::flag:
      return truth((entry.flags.system & test.flag) != 0);
    case Kind::keyword:
      return truth(test.keyword && entry.flags.has_keyword(*test.keyword));
    case Kind::recent:
      return truth(facts.recent);
    case Kind::larger:
      return truth(entry.size > test.size);
    case Kind::smaller:
      return truth(entry.size < test.size);
    case Kind::internal_before:
      return truth(day() < test.day);
    case Kind::internal_on:
      return truth(day() == test.day);
    case Kind::internal_since:
      return truth(day() >= test.day);
    case Kind::younger:
      return truth(entry.internal_date >= test.time);
    case Kind::older:
      return truth(entry.internal_date <= test.time);
    case Kind::saved_before:
      return truth(day_of(entry.saved, 0) < test.day);
    case Kind::saved_on:
      return truth(day_of(entry.saved, 0) == test.day);
    case Kind::saved_since:
      return truth(day_of(entry.saved, 0) >= test.day);
    case Kind::modseq:
      return truth(entry.modseq.value >= test.size);
    case Kind::sent_before:
    case Kind::sent_on:
    case Kind::sent_since:
      return sent_test(test, facts);
    case Kind::email_id:
    case Kind::thread_id:
      return id_test(test, facts);
    case Kind::header:
      return in_header(test, facts);
    case Kind::body:
      return in_body(test, facts);
    case Kind::text:
      return in_text(test, facts);
    case Kind::all_of:
      return all_of(test.tests, facts);
    case Kind::any_of:
      return any_of(test.tests, facts);
    case Kind::none_of:
      return inverse(any_of(test.tests, facts));
  }
  return Truth::no;
}

void note_header(const Test& test, Facts& facts) {
  for (const auto& child : test.tests) note_header(child, facts);
  if (test.in_header == 0) return;
  const auto found = in_header(test, facts);
  if (found == Truth::no) facts.ruled_out |= test.in_header;
  if (found == Truth::yes) facts.found |= test.in_header;
}

bool needs_header_again(const Test& test) {
  if (test.kind == Kind::header || test.kind == Kind::text) return test.in_header == 0;
  return std::ranges::any_of(test.tests, needs_header_again);
}

}  // namespace imap::search
