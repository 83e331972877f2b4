#pragma once
// The line before each message of an mbox (RFC 4155 appendix A, and what other programs write).

#include <optional>
#include <string>
#include <string_view>

#include "imap/mime/summary.h"

namespace server::transfer {

inline constexpr std::size_t from_line_limit = 1000;  // a longer line is none

// "From ada@example.org Mon Nov 23 21:40:00 2026", with or without its line end. Also without
// seconds, with a zone before or after the year ("PST 2026", "2026 +0100"), and with a date as in
// RFC 5322. None when it does not look like one: "From the beginning, ..." is text. Without a zone
// it is UTC.
std::optional<imap::mime::Sent> parse_from_line(std::string_view line);

// With LF at its end; the date in UTC, the sender not told.
std::string from_line(UnixTime);

}  // namespace server::transfer
