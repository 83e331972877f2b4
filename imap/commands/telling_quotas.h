#pragma once
// Quota roots (RFC 9208). A mailbox with all its folders is one, called like its account.

#include <memory>
#include <string>

#include "imap/session.h"

namespace imap::commands {

// May this user see and set everybody's quotas?
bool is_quota_admin(Session&);

// The QUOTA line of a mailbox; the reading of it counts for `reason`.
Task<> tell_quota(Session&, const std::string& root, std::shared_ptr<storage::Mailbox>,
                  const storage::Reason&);

// That of a root by its name. What others have is told to quota admins alone: throws not_found.
Task<> tell_root(Session&, const std::string& root);

}  // namespace imap::commands
