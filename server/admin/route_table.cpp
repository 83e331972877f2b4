#include "server/admin/routes.h"

namespace server::admin {

namespace {

using policy::any_role;
using enum policy::Role;

// clang-format off
constexpr Route table[] = {
    {"GET", "/v1/status", show_status, any_role, ""},
    {"GET", "/v1/accounts", list_accounts, any_role, ""},
    {"POST", "/v1/accounts", create_account, account_admin, "account create"},  // name, password, dep?
    {"GET", "/v1/accounts/{}", show_account, any_role, ""},
    {"PATCH", "/v1/accounts/{}", change_account, account_admin, "account change"},  // password?, enabled?
    {"DELETE", "/v1/accounts/{}", remove_account, account_admin, "account remove"},
    {"POST", "/v1/accounts/{}/aliases", add_alias, account_admin, "account alias add"},  // address
    {"DELETE", "/v1/accounts/{}/aliases/{}", remove_alias, account_admin, "account alias remove"},
    {"GET", "/v1/mailboxes", list_mailboxes, any_role, ""},
    {"GET", "/v1/mailboxes/{}", show_mailbox, any_role, ""},  // ?counts=yes opens it
    {"DELETE", "/v1/mailboxes/{}/dep", unassign_mailbox, assigner, "dep unassign"},
    {"GET", "/v1/deps", list_deps, any_role, ""},
    {"POST", "/v1/deps", create_dep, policy_admin, "dep create"},  // name, root_a, root_b, description?
    {"POST", "/v1/dep-checks", check_dep, policy_admin, ""},       // the same; changes nothing
    {"GET", "/v1/deps/{}", show_dep, any_role, ""},
    {"POST", "/v1/deps/{}/mailboxes", assign_dep, assigner, "dep assign"},  // mailboxes: [name or number]
    {"GET", "/v1/vaults", list_vaults, any_role, ""},
    {"POST", "/v1/vault-tests", test_vaults, any_role, ""},
    {"GET", "/v1/roles", list_roles, any_role, ""},
    {"POST", "/v1/roles", grant_role, policy_admin, "role grant"},          // user, role
    {"DELETE", "/v1/roles/{}/{}", revoke_role, policy_admin, "role revoke"},  // role, user
    {"GET", "/v1/audit", list_audit, auditor, ""},  // ?since, until, operation, actor, object, result, request, type, after or before, limit
    {"POST", "/v1/audit-verification", verify_audit, auditor, ""},  // checkpoint?
};
// clang-format on

}  // namespace

std::span<const Route> routes() { return table; }

}  // namespace server::admin
