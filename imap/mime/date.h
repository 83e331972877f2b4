#pragma once
// Date fields (RFC 5322 3.3, obsolete forms of 4.3).

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "imap/mime/summary.h"

namespace imap::mime {

// None when it is no date: day 32, hour 25, a month nobody knows. A zone that makes no sense is
// UTC, as RFC 5322 4.3 says.
std::optional<Sent> parse_date(std::string_view value);

// "Mon, 23 Nov 2026 21:40:00 +0100", for mail that we write.
std::string date_field(UnixTime, std::int16_t zone);

}  // namespace imap::mime
