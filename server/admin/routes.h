#pragma once
// What a handler of the admin API gets, and the handlers. Paths: {} stands for one segment.

#include <boost/json.hpp>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/iso_time.h"
#include "server/admin/access.h"
#include "server/admin/api.h"
#include "server/admin/fields.h"

namespace server::admin {

struct Call {
  Parts& parts;
  const Caller& caller;
  UnixTime started;                // when the server was
  std::vector<std::string> names;  // what the {} stand for
  const http::Target& target;
  Fields fields;  // the body
};

// The API itself refuses who has none of the roles, and records each change with its result
// (api.cpp): handlers do neither.
struct Route {
  std::string_view method;
  std::string_view path;
  boost::json::value (*handle)(Call&);
  policy::RoleSet roles;       // any one of them is enough
  std::string_view operation;  // the change, as the audit log calls it; empty: it only reads
};

std::span<const Route> routes();

// accounts.cpp
boost::json::value list_accounts(Call&);
boost::json::value create_account(Call&);
boost::json::value show_account(Call&);
boost::json::value change_account(Call&);
boost::json::value remove_account(Call&);
boost::json::value add_alias(Call&);
boost::json::value remove_alias(Call&);

// credentials.cpp
boost::json::value list_app_passwords(Call&);
boost::json::value add_app_password(Call&);
boost::json::value remove_app_password(Call&);
boost::json::value list_certificates(Call&);
boost::json::value add_certificate(Call&);
boost::json::value remove_certificate(Call&);

// mailboxes.cpp
boost::json::value list_mailboxes(Call&);
boost::json::value show_mailbox(Call&);
boost::json::value rotate_mailbox_key(Call&);
boost::json::value show_mailbox_rotation(Call&);
boost::json::value list_mailbox_rotations(Call&);

// quotas.cpp
boost::json::value show_quota(Call&);
boost::json::value set_quota(Call&);

// deps.cpp
boost::json::value list_deps(Call&);
boost::json::value create_dep(Call&);
boost::json::value check_dep(Call&);
boost::json::value show_dep(Call&);
boost::json::value rename_dep(Call&);
boost::json::value describe_dep(Call&);
boost::json::value enable_dep(Call&);
boost::json::value disable_dep(Call&);
boost::json::value remove_dep(Call&);
boost::json::value refresh_dep(Call&);
boost::json::value roll_dep_key(Call&);
boost::json::value replace_dep_root(Call&);
boost::json::value roll_availability_key(Call&);
boost::json::value test_dep(Call&);
boost::json::value list_needed_roots(Call&);

// dep_assignments.cpp
boost::json::value assign_dep(Call&);
boost::json::value unassign_deps(Call&);
boost::json::value show_tenant_dep(Call&);
boost::json::value set_tenant_dep(Call&);
boost::json::value clear_tenant_dep(Call&);
boost::json::value show_dep_progress(Call&);

// vaults.cpp
boost::json::value list_vaults(Call&);
boost::json::value test_vaults(Call&);

// roles.cpp
boost::json::value list_roles(Call&);
boost::json::value grant_role(Call&);
boost::json::value revoke_role(Call&);

// purges.cpp
boost::json::value request_purge(Call&);
boost::json::value approve_purge(Call&);
boost::json::value cancel_purge(Call&);
boost::json::value list_purges(Call&);
boost::json::value show_purge(Call&);
boost::json::value show_purge_certificate(Call&);
boost::json::value show_purge_key(Call&);
std::int64_t purge_number(std::string_view);  // throws invalid

// audit.cpp
boost::json::value list_audit(Call&);
boost::json::value verify_audit(Call&);

// restores.cpp
boost::json::value show_restores(Call&);
boost::json::value accept_restore(Call&);

// status.cpp
boost::json::value show_status(Call&);

// ---- shared by them
// An account's mailbox, by the account's name or by the mailbox's number. Throws not_found.
storage::MailboxRecord find_mailbox(Parts&, std::string_view name);

// Accounts and DEPs by number, each looked up once. Throws not_found.
class Names {
 public:
  explicit Names(storage::Directory& directory) : directory_(directory) {}
  const std::string& account(AccountId);
  const storage::Dep& dep(DepId);
  std::string_view level(const storage::MailboxRecord&);  // of protection

 private:
  std::string name_of(AccountId);
  storage::Dep dep_of(DepId);

  storage::Directory& directory_;
  std::map<AccountId, std::string> accounts_;
  std::map<DepId, storage::Dep> deps_;
};
boost::json::object described_mailbox(Names&, const storage::MailboxRecord&);

}  // namespace server::admin
