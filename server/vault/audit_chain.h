#pragma once
// The octets of the audit log and its checkpoint (audit.h), for writing and for checking.

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "server/vault/audit.h"

namespace vault {

// The line of an entry that comes after `state`, with its line feed.
std::string audit_line(const AuditEntry&, const AuditState& after, const Secret& key);

// The state after `line` (without line feed); nothing when it does not follow `before`.
std::optional<AuditState> follows(std::string_view line, const AuditState& before,
                                  const Secret& key);

std::string checkpoint_text(const AuditState&, const Secret& key);
// Nothing: it is not genuine. Throws not_found, unavailable.
std::optional<AuditState> read_checkpoint(const Path&, const Secret& key);

}  // namespace vault
