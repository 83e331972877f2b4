#pragma once
// Resources of quotas on the wire (RFC 9208 section 5): STORAGE in units of 1024 octets, MESSAGE,
// MAILBOX. No network, no database.

#include <string>
#include <string_view>

#include "imap/request.h"
#include "storage/quota.h"

namespace imap {

// "(STORAGE 512 MESSAGE 1000)", to the end; what is not named is unlimited. Throws BadSyntax, and
// invalid for a resource that there is none of here.
storage::Quota read_quota(Request&);

// "QUOTA ada@example.org (STORAGE 10 512)": what is limited (4.2.1).
std::string quota_line(std::string_view root, const storage::QuotaLimits&, const storage::Usage&);

}  // namespace imap
