#include "server/admin/routes.h"

namespace server::admin {

namespace {

constexpr Route table[] = {
    {"GET", "/v1/status", show_status},
    {"GET", "/v1/accounts", list_accounts},
    {"POST", "/v1/accounts", create_account},  // name, password, dep?
    {"GET", "/v1/accounts/{}", show_account},
    {"PATCH", "/v1/accounts/{}", change_account},  // password?, enabled?
    {"DELETE", "/v1/accounts/{}", remove_account},
    {"POST", "/v1/accounts/{}/aliases", add_alias},  // address
    {"DELETE", "/v1/accounts/{}/aliases/{}", remove_alias},
    {"GET", "/v1/mailboxes", list_mailboxes},
    {"GET", "/v1/mailboxes/{}", show_mailbox},  // ?counts=yes opens it
    {"DELETE", "/v1/mailboxes/{}/dep", unassign_mailbox},
    {"GET", "/v1/deps", list_deps},
    {"POST", "/v1/deps", create_dep},       // name, root_a, root_b, description?
    {"POST", "/v1/dep-checks", check_dep},  // the same; changes nothing
    {"GET", "/v1/deps/{}", show_dep},
    {"POST", "/v1/deps/{}/mailboxes", assign_dep},  // mailboxes: [name or number]
    {"GET", "/v1/vaults", list_vaults},
    {"POST", "/v1/vault-tests", test_vaults},
};

}  // namespace

std::span<const Route> routes() { return table; }

}  // namespace server::admin
