#pragma once
// The audit log, as the code sees it that has something to put on record. What is stored, and how
// it is proved whole: storage/audit.h.

#include <span>
#include <string>
#include <string_view>

#include "storage/audit_event.h"

namespace policy {

using storage::AuditEvent;
using storage::AuditType;

inline constexpr std::string_view system_actor = "system";
inline constexpr std::string_view fallback_operation = "Fallback to Availability Key";

class Audit {
 public:
  virtual ~Audit() = default;

  // On disk when this returns, all or none, with the time of now. Blocking pool only; any thread;
  // many that come at once share one commit.
  //
  // Throws unavailable when it cannot be stored. The caller lets that go up and does not do what it
  // wanted to put on record: no record, no act. So what gives or takes access (use of an
  // availability key, a purge step) is recorded before it is done; what can be seen in the data
  // anyway (a mailbox moved by the sweep) may be recorded after.
  virtual void record(std::span<const AuditEvent>) = 0;
  void record(const AuditEvent& event) { record(std::span(&event, 1)); }
};

// 32 hexadecimal digits at random: names one request, so that all records of it are found together.
std::string new_request_id();

}  // namespace policy
