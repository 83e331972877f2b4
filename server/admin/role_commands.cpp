#include "server/admin/client.h"
#include "server/admin/command.h"
#include "server/admin/output.h"
#include "server/http/target.h"

namespace server::admin {

namespace {

int list(const Invocation& call) {
  print_list(call, ask(call.socket, "GET", "/v1/roles"), "grants",
             {"user", "uid", "role", "since", "by", "mayConnect"});
  return 0;
}

int grant(const Invocation& call) {
  print(call, ask(call.socket, "POST", "/v1/roles",
                  {{"user", call.arguments[0]}, {"role", call.arguments[1]}}));
  return 0;
}

int revoke(const Invocation& call) {
  print(call, ask(call.socket, "DELETE",
                  "/v1/roles/" + http::percent_encoded(call.arguments[1]) + "/" +
                      http::percent_encoded(call.arguments[0])));
  return 0;
}

// clang-format off
constexpr Command table[] = {
    {"role", "list", "", 0, 0, "who holds which role, and whether the configuration lets them connect",
     "role list", {}, list},
    {"role", "grant", "USER ROLE", 2, 2,
     "give a user of this machine a role: policy-admin, assigner, purge-requester, purge-approver, "
     "auditor, account-admin",
     "role grant ada auditor", {}, grant},
    {"role", "revoke", "USER ROLE", 2, 2, "take it away", "role revoke ada auditor", {}, revoke},
};
// clang-format on

}  // namespace

std::span<const Command> role_commands() { return table; }

}  // namespace server::admin
