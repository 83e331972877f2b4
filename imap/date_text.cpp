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

}  // namespace

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
