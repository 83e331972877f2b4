#pragma once
// Puts refusals on record, and keeps somebody who asks in a loop from filling the disk with them:
// of one user some are recorded each minute, the others are counted, and the next record says how
// many there were.

#include <sys/types.h>

#include <map>
#include <mutex>

#include "base/clock.h"
#include "policy/audit.h"

namespace server::admin {

class Refusals {
 public:
  static constexpr unsigned recorded_a_minute = 30;

  Refusals(policy::Audit& audit, const Clock& clock) : audit_(audit), clock_(clock) {}

  // Blocking pool only; any thread. Throws unavailable.
  void record(uid_t, policy::AuditEvent);

 private:
  struct Minute {
    UnixTime begun = 0;
    unsigned refused = 0;
  };
  // How many were left out before this one; nothing: leave this one out, too.
  std::optional<unsigned> left_out(uid_t);

  policy::Audit& audit_;
  const Clock& clock_;
  std::mutex mutex_;
  std::map<uid_t, Minute> minutes_;
};

}  // namespace server::admin
