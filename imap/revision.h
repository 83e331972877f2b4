#pragma once
// What IMAP4rev2 no longer has (RFC 9051 appendix E), for clients that have chosen it with ENABLE.

#include <string_view>

#include "imap/fetch_item.h"
#include "imap/session.h"
#include "imap/status_items.h"

namespace imap {

// Throws BadSyntax that names what to use instead, in a session in IMAP4rev2.
void refuse_removed(const Session&, std::string_view what, std::string_view instead);
void refuse_removed(const Session&, const std::vector<FetchItem>&);
void refuse_removed(const Session&, const std::vector<StatusItem>&);

}  // namespace imap
