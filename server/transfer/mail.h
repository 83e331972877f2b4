#pragma once
// A message between a file and the server, and how its line ends differ there.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "storage/entry.h"

namespace server::transfer {

struct Mail {
  std::string octets;  // as the store has them
  storage::FlagNames flags;
  UnixTime date = 0;      // INTERNALDATE
  std::int16_t zone = 0;  // minutes east of UTC

  bool operator==(const Mail& other) const {
    return octets == other.octets && flags.system == other.flags.system &&
           flags.keywords == other.flags.keywords && date == other.date && zone == other.zone;
  }
};

// Mail in mbox files and Maildirs has LF, in the store CRLF (RFC 5322 2.3).
//
// A message without any CRLF gets one for each LF. Any other, also one with mixed line ends, stays
// as it is, octet for octet.
std::string store_form(std::string file_form);

// The way back: CRLF becomes LF where store_form() then gives the same octets again; a message with
// a bare LF, or with CR before a CRLF, stays as it is.
std::string file_form(std::string store_form);

// Flags that mbox programs keep in the header: Status and X-Status (R A F D T), X-Keywords,
// X-Mozilla-Status (Thunderbird). The fields themselves stay in the mail, but for those of
// mbox_status.h. Keywords that IMAP could
// not name are left out.
storage::FlagNames header_flags(std::string_view octets);

// An IMAP atom (RFC 3501 section 9, flag-keyword) of a length that storage takes.
bool is_keyword(std::string_view);

}  // namespace server::transfer
