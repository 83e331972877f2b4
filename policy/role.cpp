#include "policy/role.h"

#include <string>

#include "base/error.h"

namespace policy {

std::string_view name_of(Role role) {
  switch (role) {
    case Role::policy_admin:
      return "policy-admin";
    case Role::assigner:
      return "assigner";
    case Role::purge_requester:
      return "purge-requester";
    case Role::purge_approver:
      return "purge-approver";
    case Role::auditor:
      return "auditor";
    case Role::account_admin:
      return "account-admin";
  }
  return "unknown";
}

Role role_named(std::string_view name) {
  std::string all;
  for (const auto role : all_roles) {
    if (name_of(role) == name) return role;
    all += (all.empty() ? "" : ", ") + std::string(name_of(role));
  }
  throw Error(Fault::invalid, "there is no such role", "one of: " + all);
}

}  // namespace policy
