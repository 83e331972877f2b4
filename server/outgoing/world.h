#pragma once
// What the parts of outgoing mail share. All outlives them.

#include <map>
#include <mutex>
#include <optional>

#include "server/delivery.h"
#include "server/outgoing/host_state.h"
#include "server/outgoing/schedule.h"
#include "server/outgoing/settings.h"
#include "storage/spool.h"

namespace server::outgoing {

// Envelopes that say what became of a message and are not on the disk yet: it is not to be sent
// again while that fails. Any thread.
class Unsaved {
 public:
  void put(std::int64_t id, const storage::SpoolEnvelope& envelope) {
    const std::lock_guard lock(mutex_);
    all_.insert_or_assign(id, envelope);
  }
  void forget(std::int64_t id) {
    const std::lock_guard lock(mutex_);
    all_.erase(id);
  }
  std::optional<storage::SpoolEnvelope> find(std::int64_t id) const {
    const std::lock_guard lock(mutex_);
    const auto found = all_.find(id);
    if (found == all_.end()) return std::nullopt;
    return found->second;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::int64_t, storage::SpoolEnvelope> all_;
};

struct World {
  storage::Spool& spool;
  storage::Directory& directory;
  policy::Mailboxes& mailboxes;
  Delivery& delivery;
  const Clock& clock;
  const Settings& settings;
  Schedule& schedule;
  HostState& host;
  Unsaved& unsaved;
};

}  // namespace server::outgoing
