#pragma once
// INTERNALDATE as FETCH gives it (RFC 3501 9, date-time): "17-Jul-1996 02:44:25 -0700", quoted.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace imap {

// `zone`: minutes east of UTC. Years outside 1 to 9999 are shown as the nearest that fits.
void add_date_time(std::string& out, UnixTime, std::int16_t zone);

// RFC 3339, as URLs have it: "2027-01-15T08:00:00.5+01:00". Fractions are passed over. None for
// what is no such time.
std::optional<UnixTime> parse_rfc3339(std::string_view);

}  // namespace imap
