#pragma once
// INTERNALDATE as FETCH gives it (RFC 3501 9, date-time): "17-Jul-1996 02:44:25 -0700", quoted.

#include <cstdint>
#include <string>

#include "base/clock.h"

namespace imap {

// `zone`: minutes east of UTC. Years outside 1 to 9999 are shown as the nearest that fits.
void add_date_time(std::string& out, UnixTime, std::int16_t zone);

}  // namespace imap
