#include "imap/mime/date.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cstdlib>

#include "imap/mime/header.h"
#include "imap/mime/lexer.h"

namespace imap::mime {
namespace {

constexpr std::array<std::string_view, 12> months = {"jan", "feb", "mar", "apr", "may", "jun",
                                                     "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> days = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

struct Zone {
  std::string_view name;
  int minutes;
};
constexpr Zone zones[] = {{"est", -300}, {"edt", -240}, {"cst", -360}, {"cdt", -300},
                          {"mst", -420}, {"mdt", -360}, {"pst", -480}, {"pdt", -420}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// 1 to `most` digits.
std::optional<int> number(Lexer& lexer, int most) {
  lexer.skip_cfws();
  int value = 0, count = 0;
  for (; is_digit(lexer.peek()) && count < most; ++count, lexer.skip())
    value = value * 10 + (lexer.peek() - '0');
  if (count == 0 || is_digit(lexer.peek())) return {};
  return value;
}

std::optional<unsigned> month(Lexer& lexer) {
  lexer.skip_cfws();
  lexer.take('-');  // 23-Nov-2026, as some write it
  const auto name = lower_ascii(lexer.word(",:-")).substr(0, 3);
  for (unsigned i = 0; i < months.size(); ++i)
    if (months[i] == name) return i + 1;
  return {};
}

// RFC 5322 4.3: two and three digits.
std::optional<int> year(Lexer& lexer) {
  lexer.skip_cfws();
  lexer.take('-');
  const auto start = lexer.position();
  const auto value = number(lexer, 4);
  if (!value) return {};
  const auto digits = lexer.position() - start;
  if (digits <= 2) return *value + (*value < 50 ? 2000 : 1900);
  if (digits == 3) return *value + 1900;
  if (*value < 1900) return {};
  return *value;
}

int zone_minutes(Lexer& lexer) {
  lexer.skip_cfws();
  const char sign = lexer.peek();
  if (sign == '+' || sign == '-') {
    lexer.skip();
    const auto digits = number(lexer, 4).value_or(0);
    const int minutes = digits / 100 * 60 + digits % 100;
    if (digits % 100 > 59 || minutes > 24 * 60 - 1) return 0;
    return sign == '-' ? -minutes : minutes;
  }
  const auto name = lower_ascii(lexer.word(",;"));
  for (const auto& zone : zones)
    if (zone.name == name) return zone.minutes;
  return 0;
}

struct Time {
  int hour, minute, second;
};

std::optional<Time> time_of_day(Lexer& lexer) {
  const auto hour = number(lexer, 2);
  lexer.skip_cfws();
  if (!hour || !lexer.take(':')) return {};
  const auto minute = number(lexer, 2);
  lexer.skip_cfws();
  const auto second = lexer.take(':') ? number(lexer, 2) : std::optional(0);
  if (!minute || !second || *hour > 23 || *minute > 59 || *second > 60) return {};
  return Time{*hour, *minute, *second};
}

}  // namespace

std::optional<Sent> parse_date(std::string_view value) {
  Lexer lexer(value);
  lexer.skip_cfws();
  if (!is_digit(lexer.peek())) {
    lexer.word(",");
    lexer.skip_cfws();
    lexer.take(',');
  }
  const auto day = number(lexer, 2);
  const auto mon = month(lexer);
  const auto in_year = year(lexer);
  const auto time = time_of_day(lexer);
  if (!day || !mon || !in_year || !time) return {};
  const auto date = std::chrono::year(*in_year) / std::chrono::month(*mon) /
                    std::chrono::day(static_cast<unsigned>(*day));
  if (!date.ok()) return {};
  const auto midnight = std::chrono::sys_days(date).time_since_epoch().count() * UnixTime{86400};
  const int zone = zone_minutes(lexer);
  const UnixTime local = midnight + time->hour * 3600 + time->minute * 60 + time->second;
  return Sent{local - zone * 60, static_cast<std::int16_t>(zone)};
}

std::string date_field(UnixTime time, std::int16_t zone) {
  using namespace std::chrono;
  const sys_seconds local{seconds(time + zone * 60)};
  const auto day = floor<std::chrono::days>(local);
  const year_month_day date(day);
  const hh_mm_ss clock(local - day);
  std::string month_name(months[static_cast<unsigned>(date.month()) - 1]);
  month_name[0] = static_cast<char>(month_name[0] - 'a' + 'A');
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} {}{:02}{:02}",
                     mime::days[weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                     month_name, static_cast<int>(date.year()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), zone < 0 ? '-' : '+',
                     std::abs(zone) / 60, std::abs(zone) % 60);
}

}  // namespace imap::mime
