#include "server/vault/period.h"

#include <charconv>
#include <chrono>

namespace vault {
namespace {

namespace chrono = std::chrono;

constexpr int longest_days = 100 * 365;

// Months first, then days, in one direction.
UnixTime moved(UnixTime time, int months, int days) {
  const chrono::sys_seconds point{chrono::seconds(time)};
  const auto midnight = chrono::floor<chrono::days>(point);
  auto date = chrono::year_month_day(midnight) + chrono::months(months);
  if (!date.ok()) date = date.year() / date.month() / chrono::last;
  const auto moved_to = chrono::sys_days(date) + chrono::days(days) + (point - midnight);
  return moved_to.time_since_epoch() / chrono::seconds(1);
}

}  // namespace

UnixTime Period::after(UnixTime time) const { return moved(time, years * 12 + months, days); }
UnixTime Period::before(UnixTime time) const { return moved(time, -(years * 12 + months), -days); }

std::string Period::text() const {
  std::string out = "P";
  if (years != 0) out += std::to_string(years) + 'Y';
  if (months != 0) out += std::to_string(months) + 'M';
  if (days != 0) out += std::to_string(days) + 'D';
  return out;
}

std::optional<Period> parse_period(std::string_view text) {
  if (!text.starts_with('P')) return std::nullopt;
  text.remove_prefix(1);
  constexpr std::string_view units = "YMD";
  Period period;
  int* const parts[] = {&period.years, &period.months, &period.days};
  std::size_t next = 0;  // units come in this order, each once
  while (!text.empty()) {
    int number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    const auto size = static_cast<std::size_t>(end - text.data());
    if (failure != std::errc() || number < 0 || number > longest_days || size == text.size())
      return std::nullopt;
    const auto unit = units.find(text[size], next);
    if (unit == units.npos) return std::nullopt;
    *parts[unit] = number;
    next = unit + 1;
    text.remove_prefix(size + 1);
  }
  const bool fits = period.years <= 100 && period.months <= 1200 && period.about_days() > 0 &&
                    period.about_days() <= longest_days;
  return fits ? std::optional(period) : std::nullopt;
}

}  // namespace vault
