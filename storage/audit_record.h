#pragma once
// One record of the audit log: its plain form, its sealed form and its link in the chain
// (crypto/FORMAT.md section 10). Pure; any thread.

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/clock.h"
#include "crypto/keys.h"
#include "storage/audit_event.h"

namespace storage {

struct AuditRecord {
  std::int64_t number = 0;  // from 1
  UnixTime time = 0;
  std::string organisation;
  AuditEvent event;
};

// Within the bounds of AuditEvent, in valid UTF-8, control characters as '?'.
AuditEvent bounded(AuditEvent);

// Its event must be bounded.
Bytes sealed(const crypto::DirectoryKey&, const AuditRecord&);
// Throws corrupt when it is damaged, or another record's.
AuditRecord opened(const crypto::DirectoryKey&, std::int64_t number, ByteView sealed);

// The plain form, without the number. `decoded` throws corrupt.
Bytes encoded(const AuditRecord&);
AuditRecord decoded(ByteView);

// 32 octets: the link from the record before it; no_audit_hash() before the first.
Bytes audit_hash(std::int64_t number, ByteView previous, ByteView sealed);
Bytes no_audit_hash();

}  // namespace storage
