#pragma once
// An audit log in memory, that fails when told.

#include <mutex>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "policy/audit.h"

namespace test_support {

class FakeAudit final : public policy::Audit {
 public:
  using Audit::record;
  void record(std::span<const policy::AuditEvent> events) override {
    const std::lock_guard guard(mutex_);
    if (failing_) throw Error(Fault::unavailable, "the audit log cannot be written");
    events_.insert(events_.end(), events.begin(), events.end());
  }

  void fail(bool failing) {
    const std::lock_guard guard(mutex_);
    failing_ = failing;
  }
  std::vector<policy::AuditEvent> events() const {
    const std::lock_guard guard(mutex_);
    return events_;
  }
  std::vector<policy::AuditEvent> events(std::string_view operation) const {
    auto all = events();
    std::erase_if(all, [&](const auto& event) { return event.operation != operation; });
    return all;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<policy::AuditEvent> events_;
  bool failing_ = false;
};

}  // namespace test_support
