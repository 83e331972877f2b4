#pragma once
// Flags of a message in an mbox, as its programs keep them: fields at the end of the header, which
// are no part of the message. "Status: RO" (R: seen) is always there; "X-Status: AFDT" (answered,
// flagged, deleted, draft) and "X-Keywords: $Forwarded Work" follow where there are such flags.

#include <optional>
#include <string>
#include <string_view>

#include "storage/entry.h"

namespace server::transfer {

// What status fields can add to a message, octets.
inline constexpr std::size_t status_fields_limit = 64 * 1024;

// The message, in file form, with these fields. A header without a line end gets one.
std::string with_status(std::string_view octets, const storage::FlagNames&);

// Takes the fields off the message where they are just as with_status() writes them, and says what
// they said. Others stay: they came with the mail.
std::optional<storage::FlagNames> take_status(std::string& octets);

}  // namespace server::transfer
