// Flags and dates of a command (RFC 3501 section 9).

#include <algorithm>
#include <array>
#include <chrono>

#include "imap/request.h"

namespace imap {

namespace {

constexpr std::array<std::string_view, 12> months = {"jan", "feb", "mar", "apr", "may", "jun",
                                                     "jul", "aug", "sep", "oct", "nov", "dec"};

struct NamedFlag {
  std::string_view name;
  std::uint8_t bit;
};
constexpr NamedFlag system_flags[] = {
    {"answered", storage::answered}, {"flagged", storage::flagged}, {"deleted", storage::deleted},
    {"seen", storage::seen},         {"draft", storage::draft},     {"recent", 0}};

std::string lower_case(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

std::uint8_t system_flag(const std::string& name) {
  const auto found = std::find_if(std::begin(system_flags), std::end(system_flags),
                                  [&](const NamedFlag& flag) { return flag.name == name; });
  if (found == std::end(system_flags)) throw BadSyntax("there is no such system flag");
  return found->bit;
}

void read_flag(Request& request, storage::FlagNames& flags) {
  if (request.try_char('\\'))
    flags.system |= system_flag(lower_case(request.atom()));
  else
    flags.keywords.push_back(request.atom());
}

int two_digits(Request& request) {
  int value = 0;
  for (int i = 0; i < 2; ++i) {
    const char c = request.peek();
    if (c < '0' || c > '9') throw BadSyntax("a date or time wants two digits here");
    request.expect(c);
    value = value * 10 + (c - '0');
  }
  return value;
}

unsigned month(Request& request) {
  std::string name;
  for (int i = 0; i < 3 && request.peek() != '\0'; ++i) {
    name += request.peek();
    request.expect(request.peek());
  }
  const auto found = std::find(months.begin(), months.end(), lower_case(name));
  if (found == months.end()) throw BadSyntax("months are Jan, Feb, ... Dec");
  return static_cast<unsigned>(found - months.begin()) + 1;
}

// "-Feb-1994" after the day; midnight UTC.
UnixTime rest_of_date(Request& request, unsigned day) {
  request.expect('-');
  const auto number_of_month = month(request);
  request.expect('-');
  const int century = two_digits(request);
  const int year = century * 100 + two_digits(request);
  const std::chrono::year_month_day date{
      std::chrono::year(year), std::chrono::month(number_of_month), std::chrono::day(day)};
  if (!date.ok()) throw BadSyntax("there is no such day");
  return std::chrono::sys_seconds(std::chrono::sys_days(date)).time_since_epoch().count();
}

std::int16_t zone(Request& request) {
  const bool west = request.try_char('-');
  if (!west) request.expect('+');
  const int hours = two_digits(request);
  const int minutes = two_digits(request);
  if (hours > 23 || minutes > 59) throw BadSyntax("there is no such time zone");
  return static_cast<std::int16_t>((hours * 60 + minutes) * (west ? -1 : 1));
}

UnixTime time_of_day(Request& request) {
  const int hours = two_digits(request);
  request.expect(':');
  const int minutes = two_digits(request);
  request.expect(':');
  const int seconds = two_digits(request);
  if (hours > 23 || minutes > 59 || seconds > 60) throw BadSyntax("there is no such time of day");
  return hours * 3600 + minutes * 60 + seconds;
}

}  // namespace

storage::FlagNames Request::flag_list() {
  storage::FlagNames flags;
  if (!try_char('(')) {
    do {
      read_flag(*this, flags);
    } while (try_space() && !at_end());
    return flags;
  }
  try_space();
  while (!try_char(')')) {
    read_flag(*this, flags);
    if (!try_space() && peek() != ')') throw BadSyntax("flags are separated by spaces");
  }
  return flags;
}

UnixTime Request::date() {
  const bool is_quoted = try_char('"');
  const auto day = number();
  if (day > 31) throw BadSyntax("there is no such day");
  const auto result = rest_of_date(*this, day);
  if (is_quoted) expect('"');
  return result;
}

DateTime Request::date_time() {
  expect('"');
  try_space();  // date-day-fixed: " 1" or "17"
  const auto day = number();
  if (day > 31) throw BadSyntax("there is no such day");
  const auto midnight = rest_of_date(*this, day);
  space();
  const auto seconds = time_of_day(*this);
  space();
  const auto minutes_east = zone(*this);
  expect('"');
  return {midnight + seconds - minutes_east * 60, minutes_east};
}

}  // namespace imap
