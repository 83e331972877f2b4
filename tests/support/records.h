#pragma once
// What the admin API wants beside the parts of an Installation: an audit log on disk, and roles.

#include <unistd.h>

#include <functional>
#include <set>
#include <vector>

#include "policy/audit_log.h"
#include "policy/roles.h"
#include "storage/audit_reader.h"
#include "tests/support/installation.h"

namespace test_support {

struct Records {
  explicit Records(Installation& house, std::set<uid_t> connecting = {})
      : log(house.data(), house.service_keys, house.clock, "mail.example.org"),
        admins(house.directory, log, house.clock, geteuid(), std::move(connecting)),
        reader([&house] { return storage::AuditReader(house.data(), house.service_keys); }) {}

  // Those of an operation, in order.
  std::vector<policy::AuditEvent> events(const std::string& operation) const {
    std::vector<policy::AuditEvent> found;
    for (auto& entry : reader().after(0, {.operation = operation}, 10'000).entries)
      found.push_back(std::move(entry.record.event));
    return found;
  }

  policy::AuditLog log;
  policy::Roles admins;
  std::function<storage::AuditReader()> reader;
};

}  // namespace test_support
