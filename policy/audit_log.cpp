#include "policy/audit_log.h"

namespace policy {

void AuditLog::record(std::span<const AuditEvent> events) {
  std::vector<AuditEvent> named(events.begin(), events.end());
  for (auto& event : named)
    if (event.request_id.empty()) event.request_id = new_request_id();
  log_.append(named);
}

}  // namespace policy
