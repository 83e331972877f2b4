#include "imap/date_text.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>

namespace imap {
namespace {

constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";

constexpr UnixTime seconds_at(int year, unsigned month, unsigned day) {
  return std::chrono::sys_seconds(
             std::chrono::sys_days(std::chrono::year(year) / std::chrono::month(month) /
                                   std::chrono::day(day)))
      .time_since_epoch()
      .count();
}

constexpr UnixTime earliest = seconds_at(1, 1, 1);
constexpr UnixTime latest = seconds_at(9999, 12, 31) + 86399;

void put(char* at, unsigned value, int digits) {
  while (digits-- > 0) {
    at[digits] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "0000-00-00T00:00:00": a digit for each 0, the other characters as they are.
bool has_shape(std::string_view text, std::string_view shape) {
  return text.size() == shape.size() &&
         std::equal(text.begin(), text.end(), shape.begin(), [](char c, char like) {
           return like == '0' ? is_digit(c) : c == like || (like == 'T' && c == 't');
         });
}

int digits(std::string_view text, std::size_t at, std::size_t count) {
  int value = 0;
  for (const char c : text.substr(at, count)) value = value * 10 + (c - '0');
  return value;
}

// Seconds east of UTC.
std::optional<int> zone_of(std::string_view text) {
  if (text == "Z" || text == "z") return 0;
  if (!has_shape(text, "+00:00") && !has_shape(text, "-00:00")) return std::nullopt;
  const int hours = digits(text, 1, 2), minutes = digits(text, 4, 2);
  if (hours > 23 || minutes > 59) return std::nullopt;
  return (hours * 3600 + minutes * 60) * (text[0] == '-' ? -1 : 1);
}

// Without ".25", if it is there. Nothing when a "." is all there is.
std::optional<std::string_view> without_fraction(std::string_view text) {
  if (!text.starts_with('.')) return text;
  const auto end = std::min(text.find_first_not_of("0123456789", 1), text.size());
  if (end == 1) return std::nullopt;
  return text.substr(end);
}

}  // namespace

std::optional<UnixTime> parse_rfc3339(std::string_view text) {
  using namespace std::chrono;
  constexpr std::string_view shape = "0000-00-00T00:00:00";
  const auto clock = text.substr(0, shape.size());
  if (!has_shape(clock, shape)) return std::nullopt;
  const auto zone = without_fraction(text.substr(shape.size()));
  const auto east = zone ? zone_of(*zone) : std::nullopt;
  const year_month_day date{year(digits(clock, 0, 4)),
                            month(static_cast<unsigned>(digits(clock, 5, 2))),
                            day(static_cast<unsigned>(digits(clock, 8, 2)))};
  const int hour = digits(clock, 11, 2), minute = digits(clock, 14, 2);
  const int second = digits(clock, 17, 2);
  if (!east || !date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  return sys_seconds(sys_days(date)).time_since_epoch().count() + hour * 3600 + minute * 60 +
         second - *east;
}

void add_date_time(std::string& out, UnixTime time, std::int16_t zone) {
  using namespace std::chrono;
  const auto bounded = std::clamp(time, earliest, latest);
  const auto local = sys_seconds(seconds(std::clamp(bounded + zone * 60, earliest, latest)));
  const auto midnight = floor<days>(local);
  const year_month_day date(midnight);
  const auto second = static_cast<unsigned>((local - midnight).count());
  const auto east = static_cast<unsigned>(std::abs(zone));

  char text[] = "\"00-Jan-0000 00:00:00 +0000\"";
  put(text + 1, static_cast<unsigned>(date.day()), 2);
  if (text[1] == '0') text[1] = ' ';
  months.copy(text + 4, 3, (static_cast<unsigned>(date.month()) - 1) * 3);
  put(text + 8, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  put(text + 13, second / 3600, 2);
  put(text + 16, second / 60 % 60, 2);
  put(text + 19, second % 60, 2);
  if (zone < 0) text[22] = '-';
  put(text + 23, east / 60 % 100, 2);
  put(text + 25, east % 60, 2);
  out.append(text, sizeof text - 1);
}

}  // namespace imap
