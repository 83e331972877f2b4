#pragma once
// Which records of the audit log are wanted. Pure.

#include <optional>
#include <string>

#include "storage/audit_record.h"

namespace storage {

// What is not given does not matter. Texts without regard to case (of ASCII letters).
struct AuditQuery {
  std::optional<UnixTime> since, until;  // until itself is not meant
  std::optional<std::string> operation;  // the beginning of it: "dep", "dep assign"
  std::optional<std::string> actor;      // a part of it: "ada", "uid 1000"
  // A DEP, account, mailbox or anything else that was acted on: its whole name or number, or a
  // whole word of a detail.
  std::optional<std::string> object;
  std::optional<std::string> result;   // "denied"
  std::optional<std::string> request;  // id
  std::optional<AuditType> type;

  bool matches(const AuditRecord&) const;
};

}  // namespace storage
