#pragma once
// The audit log of the server: storage/audit.h as policy's code writes to it.

#include "policy/audit.h"
#include "storage/audit.h"

namespace policy {

class AuditLog final : public Audit {
 public:
  // `organisation`: in each record, so that exports of several servers can be told apart.
  AuditLog(const std::filesystem::path& data, crypto::ServiceKeys& keys, const Clock& clock,
           std::string organisation)
      : log_(data, keys, clock, std::move(organisation)) {}

  using Audit::record;
  void record(std::span<const AuditEvent>) override;
  // What was found wrong with it, at its opening or since.
  std::optional<std::string> broken() const { return log_.broken(); }
  std::int64_t count() const { return log_.count(); }

 private:
  storage::AuditLog log_;
};

}  // namespace policy
