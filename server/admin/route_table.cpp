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
    {"GET", "/v1/accounts/{}/app-passwords", list_app_passwords, any_role, ""},
    {"POST", "/v1/accounts/{}/app-passwords", add_app_password, account_admin, "account app-password add"},  // name, scope?
    {"DELETE", "/v1/accounts/{}/app-passwords/{}", remove_app_password, account_admin, "account app-password remove"},
    {"GET", "/v1/accounts/{}/certificates", list_certificates, any_role, ""},
    {"POST", "/v1/accounts/{}/certificates", add_certificate, account_admin, "account certificate add"},  // name, certificate: PEM or fingerprint
    {"DELETE", "/v1/accounts/{}/certificates/{}", remove_certificate, account_admin, "account certificate remove"},
    {"GET", "/v1/mailboxes", list_mailboxes, any_role, ""},
    {"GET", "/v1/mailboxes/{}", show_mailbox, any_role, ""},  // ?counts=yes opens it
    {"GET", "/v1/mailboxes/{}/key-rotation", show_mailbox_rotation, any_role, ""},
    {"POST", "/v1/mailboxes/{}/key-rotation", rotate_mailbox_key, policy_admin, "mailbox rotate-key"},  // new_message_keys?, dry_run?
    {"GET", "/v1/mailbox-rotations", list_mailbox_rotations, any_role, ""},
    {"GET", "/v1/mailboxes/{}/quota", show_quota, any_role, ""},  // ?usage=yes opens it
    {"PUT", "/v1/mailboxes/{}/quota", set_quota, account_admin, "quota set"},  // storage?, messages?, folders?: number, unlimited or default
    {"GET", "/v1/deps", list_deps, any_role, ""},
    {"POST", "/v1/deps", create_dep, policy_admin, "dep create"},  // name, root_a, root_b, description?, availability_key?
    {"POST", "/v1/dep-checks", check_dep, policy_admin, ""},       // the same; changes nothing
    {"GET", "/v1/deps/{}", show_dep, any_role, ""},
    // From here to the next comment each takes dry_run?.
    {"DELETE", "/v1/deps/{}", remove_dep, policy_admin, "dep remove"},
    {"POST", "/v1/deps/{}/rename", rename_dep, policy_admin, "dep rename"},  // name
    {"POST", "/v1/deps/{}/describe", describe_dep, policy_admin, "dep describe"},  // description
    {"POST", "/v1/deps/{}/enable", enable_dep, policy_admin, "dep enable"},
    {"POST", "/v1/deps/{}/disable", disable_dep, policy_admin, "dep disable"},
    {"POST", "/v1/deps/{}/refresh", refresh_dep, policy_admin, "dep refresh"},
    {"POST", "/v1/deps/{}/replace-root", replace_dep_root, policy_admin, "dep replace-root"},  // slot: a or b, root
    {"POST", "/v1/deps/{}/roll-key", roll_dep_key, policy_admin, "dep roll-key"},
    {"POST", "/v1/deps/{}/roll-availability-key", roll_availability_key, policy_admin, "dep roll-availability-key"},
    {"POST", "/v1/deps/{}/mailboxes", assign_dep, assigner, "dep assign"},  // mailboxes: [name or number], or pattern
    {"POST", "/v1/unassignments", unassign_deps, assigner, "dep unassign"},  // likewise
    {"PUT", "/v1/tenant-dep", set_tenant_dep, policy_admin, "dep set-tenant-wide"},  // dep
    {"DELETE", "/v1/tenant-dep", clear_tenant_dep, policy_admin, "dep clear-tenant-wide"},
    // Looking.
    {"GET", "/v1/tenant-dep", show_tenant_dep, any_role, ""},
    {"POST", "/v1/deps/{}/tests", test_dep, any_role, ""},
    {"GET", "/v1/dep-progress", show_dep_progress, any_role, ""},
    {"GET", "/v1/dep-roots", list_needed_roots, any_role, ""},  // ?dep=
    {"GET", "/v1/vaults", list_vaults, any_role, ""},
    {"POST", "/v1/vault-tests", test_vaults, any_role, ""},
    {"GET", "/v1/roles", list_roles, any_role, ""},
    {"POST", "/v1/roles", grant_role, policy_admin, "role grant"},          // user, role
    {"DELETE", "/v1/roles/{}/{}", revoke_role, policy_admin, "role revoke"},  // role, user
    {"GET", "/v1/purges", list_purges, any_role, ""},
    {"POST", "/v1/purges", request_purge, purge_requester, "purge request"},  // dep or mailbox, reason, contact, force?, dry_run?
    {"GET", "/v1/purges/{}", show_purge, any_role, ""},
    {"POST", "/v1/purges/{}/approval", approve_purge, purge_approver, "purge approve"},  // count or digest
    {"POST", "/v1/purges/{}/cancellation", cancel_purge, {purge_requester, purge_approver, policy_admin}, "purge cancel"},
    {"GET", "/v1/purges/{}/certificate", show_purge_certificate, any_role, ""},
    {"GET", "/v1/purge-key", show_purge_key, any_role, ""},
    {"GET", "/v1/restores", show_restores, any_role, ""},
    {"POST", "/v1/restores", accept_restore, policy_admin, "restore accept"},  // all or mailboxes: [name or number], reason
    {"GET", "/v1/audit", list_audit, auditor, ""},  // ?since, until, operation, actor, object, result, request, type, after or before, limit
    {"POST", "/v1/audit-verification", verify_audit, auditor, ""},  // checkpoint?
};
// clang-format on

}  // namespace

std::span<const Route> routes() { return table; }

}  // namespace server::admin
