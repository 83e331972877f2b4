#pragma once
// ISO 8601 durations in years, months and days, as rotation policies have them: "P90D", "P1Y6M".

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace vault {

struct Period {
  int years = 0, months = 0, days = 0;

  // As the calendar has it; the 31st of a shorter month is its last day. UTC.
  UnixTime after(UnixTime) const;
  UnixTime before(UnixTime) const;
  int about_days() const { return years * 365 + months * 30 + days; }  // for least lengths
  std::string text() const;
};

// Nothing for any other text, for weeks, for hours, and for what is empty or over 100 years.
std::optional<Period> parse_period(std::string_view);

}  // namespace vault
