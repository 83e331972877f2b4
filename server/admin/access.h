#pragma once
// Who may use a route, and how the audit log calls what it does.

#include <string_view>

#include "policy/role.h"

namespace server::admin {

struct Access {
  std::string_view method;
  std::string_view path;       // {} stands for one segment
  policy::RoleSet roles;       // any one of them is enough
  std::string_view operation;  // the change, as the audit log calls it; empty: it only reads
};

}  // namespace server::admin
