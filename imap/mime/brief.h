#pragma once
// Of a summary what SORT by date and THREAD go by (RFC 5256), as the search index keeps it.
//
// Encoded (integers in network byte order): u8 SummaryBits, i64 Date as UnixTime; for THREAD then
// the id, the references and the base subject, a u32 with its length before each.

#include <optional>
#include <string_view>

#include "base/clock.h"
#include "imap/mime/summary.h"
#include "storage/brief.h"

namespace imap::mime {

// Its texts are those of what it was read from.
struct Brief {
  std::optional<UnixTime> sent{};
  bool is_reply = false;
  std::string_view id{}, references{}, base_subject{};  // empty in that of a date
};

Brief brief_of(const SummaryView&);
storage::Briefs briefs_of(std::string_view summary);            // throws corrupt
Brief decoded_brief(std::string_view encoded, storage::Brief);  // throws corrupt

}  // namespace imap::mime
