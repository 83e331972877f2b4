#include "policy/roles.h"

#include "server/admin/people.h"
#include "server/admin/routes.h"

namespace server::admin {

namespace json = boost::json;

namespace {

json::object described(const policy::Roles& admins, const storage::RoleGrant& grant) {
  return {{"user", find_user_name(grant.user).value_or("")},
          {"uid", grant.user},
          {"role", name_of(static_cast<policy::Role>(grant.role))},
          {"since", iso_time(grant.since)},
          {"by", grant.by},
          {"mayConnect", admins.may_connect(grant.user)}};
}

json::value held_by(Call& call, uid_t user) {
  json::array roles;
  for (const auto role : policy::all_roles)
    if (call.parts.admins.of(user).has(role)) roles.emplace_back(name_of(role));
  return {{"user", described_user(user)},
          {"roles", std::move(roles)},
          {"mayConnect", call.parts.admins.may_connect(user)}};
}

}  // namespace

json::value list_roles(Call& call) {
  json::array all;
  for (const auto& grant : call.parts.admins.list())
    all.push_back(described(call.parts.admins, grant));
  return {{"grants", std::move(all)}};
}

json::value grant_role(Call& call) {
  const auto user = user_of(call.fields.text("user"));
  const auto role = policy::role_named(call.fields.text("role"));
  call.fields.finish();
  call.parts.admins.grant(user, role, call.caller.name);
  return held_by(call, user);
}

json::value revoke_role(Call& call) {
  const auto role = policy::role_named(call.names[0]);
  const auto user = user_of(call.names[1]);
  call.parts.admins.revoke(user, role);
  return held_by(call, user);
}

}  // namespace server::admin
