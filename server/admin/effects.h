#pragma once
// What the changes of DEPs and mailbox keys answer, and what they are asked with.

#include <span>
#include <vector>

#include "policy/deps.h"
#include "server/admin/routes.h"

namespace server::admin {

// "dry_run": a preview.
policy::Run run_of(Call&);

// "mailboxes": names or numbers, or "pattern": as a shell matches names. Throws not_found for a
// name that is none, and for a pattern that matches none.
std::vector<MailboxId> mailboxes_of(Call&);

// {"dryRun", "count", "mailboxes": [...]}: each as it is now, and where it belongs then.
boost::json::object answer_of(Call&, policy::Run, std::span<const policy::Affected>);

// "3.2": DEP and version of its key; what a mailbox reports as its policy.
std::string policy_id(const storage::DepVersion&);

}  // namespace server::admin
