#include "policy/roles.h"

#include <algorithm>

#include "base/error.h"

namespace policy {

namespace {

using Grants = std::vector<storage::RoleGrant>;

constexpr Role first_roles[] = {Role::policy_admin, Role::assigner, Role::auditor,
                                Role::account_admin};
constexpr uid_t root = 0;

auto find(const Grants& grants, uid_t user, Role role) {
  return std::ranges::find_if(grants, [&](const auto& grant) {
    return grant.user == user && grant.role == static_cast<std::uint8_t>(role);
  });
}

bool held(const Grants& grants, uid_t user, Role role) {
  return find(grants, user, role) != grants.end();
}

std::set<uid_t> with(std::set<uid_t> users, uid_t own) {
  users.insert({root, own});
  return users;
}

}  // namespace

std::string why_not_granted(const Grants& grants, uid_t user, Role role) {
  if (role == Role::purge_requester && held(grants, user, Role::purge_approver))
    return "who approves purges may not request them";
  if (role == Role::purge_approver && held(grants, user, Role::purge_requester))
    return "who requests purges may not approve them";
  return {};
}

std::string why_not_revoked(const Grants& grants, const std::set<uid_t>& connecting, uid_t user,
                            Role role) {
  if (role != Role::policy_admin) return {};
  const bool another = std::ranges::any_of(
      connecting, [&](uid_t other) { return other != user && held(grants, other, role); });
  return another ? "" : "nobody else who may connect is policy-admin";
}

RoleSet roles_of(const Grants& grants, const std::set<uid_t>& connecting, uid_t user) {
  RoleSet roles;
  for (const auto role : all_roles)
    if (held(grants, user, role)) roles.add(role);
  const bool orphaned = std::ranges::none_of(
      connecting, [&](uid_t other) { return held(grants, other, Role::policy_admin); });
  if (user == root && orphaned) roles.add(Role::policy_admin);
  return roles;
}

Roles::Roles(storage::Directory& directory, Audit& audit, const Clock& clock, uid_t own,
             std::set<uid_t> connecting)
    : directory_(directory),
      clock_(clock),
      connecting_(with(std::move(connecting), own)),
      grants_(directory.role_grants()) {
  if (!grants_.empty() || !directory.believes_the_rest()) return;
  for (const auto user : std::set<uid_t>{root, own})
    for (const auto role : first_roles) {
      AuditEvent event;
      event.operation = "role grant";
      event.actor = system_actor;
      event.details = {{"user", std::to_string(user)}, {"role", std::string(name_of(role))}};
      audit.record(event);
      grant(user, role, "the first start");
    }
}

RoleSet Roles::of(uid_t user) const {
  const std::lock_guard guard(mutex_);
  return roles_of(grants_, connecting_, user);
}

Grants Roles::list() const {
  const std::lock_guard guard(mutex_);
  return grants_;
}

std::optional<UnixTime> Roles::held_since(uid_t user, Role role) const {
  const std::lock_guard guard(mutex_);
  const auto found = find(grants_, user, role);
  if (found == grants_.end()) return std::nullopt;
  return found->since;
}

std::vector<uid_t> Roles::holders(Role role) const {
  const std::lock_guard guard(mutex_);
  std::vector<uid_t> users;
  for (const auto user : connecting_)
    if (roles_of(grants_, connecting_, user).has(role)) users.push_back(user);
  return users;
}

void Roles::grant(uid_t user, Role role, const std::string& by) {
  const std::lock_guard guard(mutex_);
  if (held(grants_, user, role)) throw Error(Fault::exists, "that user holds this role already");
  if (const auto why = why_not_granted(grants_, user, role); !why.empty())
    throw Error(Fault::denied, why, "grant it to another person");
  storage::RoleGrant grant{0, user, static_cast<std::uint8_t>(role), clock_.now(), by};
  grant.id = directory_.add_role_grant(grant);
  grants_.push_back(grant);
}

void Roles::revoke(uid_t user, Role role) {
  const std::lock_guard guard(mutex_);
  const auto found = find(grants_, user, role);
  if (found == grants_.end()) throw Error(Fault::not_found, "that user does not hold this role");
  if (const auto why = why_not_revoked(grants_, connecting_, user, role); !why.empty())
    throw Error(Fault::denied, why, "grant it to another user first");
  directory_.remove_role_grant(found->id);
  grants_.erase(found);
}

}  // namespace policy
