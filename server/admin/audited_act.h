#pragma once
// One change that somebody asked for, on its way into the audit log: "begun" before it is done, so
// that it is not done without a record, and its outcome after.

#include <string>
#include <string_view>
#include <vector>

#include "policy/audit.h"
#include "server/admin/routes.h"

namespace server::admin {

class AuditedAct {
 public:
  // What it is done to is told by the path ("/v1/deps/customer/...") and the members of the body,
  // all but secrets.
  AuditedAct(Parts&, const Caller&, const Access&, const std::vector<std::string>& names,
             std::string_view body);

  // Both throw unavailable when it cannot be recorded. `answer`: of the server, as JSON; the
  // mailboxes that it names are recorded.
  void begin();
  void succeed(std::string_view answer);
  // Never throws: the caller is told of the failure itself.
  void fail(std::string_view result, const std::string& reason) noexcept;

  // Changes nothing: asked for with "dry_run".
  bool is_rehearsal() const { return rehearsal_; }

 private:
  void name_objects();
  void name_purged();
  void take_body(std::string_view body);
  void record(std::string_view result);

  Parts& parts_;
  const Access& access_;
  const std::vector<std::string> names_;
  policy::AuditEvent event_;
  std::vector<std::string> mailboxes_;
  bool rehearsal_ = false;
};

// As actor, operation and object of what was not even begun.
policy::AuditEvent refused_event(const Caller&, std::string_view operation);

}  // namespace server::admin
