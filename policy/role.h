#pragma once
// The names of what a person may do as an admin (RULES.md section 7).

#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace policy {

// The numbers are stored format (crypto/FORMAT.md section 7): never reuse one.
enum class Role : std::uint8_t {
  policy_admin = 1,     // makes and changes DEPs, rotates keys, grants roles
  assigner = 2,         // puts mailboxes under DEPs
  purge_requester = 3,  // asks for a purge
  purge_approver = 4,   // grants it; never the same person
  auditor = 5,          // reads the audit log
  account_admin = 6,    // accounts, aliases, passwords, import and export
};

inline constexpr Role all_roles[] = {Role::policy_admin,   Role::assigner, Role::purge_requester,
                                     Role::purge_approver, Role::auditor,  Role::account_admin};

std::string_view name_of(Role);     // "policy-admin"
Role role_named(std::string_view);  // throws invalid, naming all

class RoleSet {
 public:
  constexpr RoleSet() = default;
  constexpr RoleSet(Role role) : bits_(bit(role)) {}
  constexpr RoleSet(std::initializer_list<Role> roles) {
    for (const auto role : roles) bits_ |= bit(role);
  }

  constexpr void add(Role role) { bits_ |= bit(role); }
  constexpr void remove(Role role) { bits_ &= ~bit(role); }
  constexpr bool has(Role role) const { return (bits_ & bit(role)) != 0; }
  constexpr bool meets(RoleSet other) const { return (bits_ & other.bits_) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr bool operator==(const RoleSet&) const = default;

 private:
  static constexpr std::uint32_t bit(Role role) { return 1u << static_cast<unsigned>(role); }
  std::uint32_t bits_ = 0;
};

// For what every admin may see.
inline constexpr RoleSet any_role{Role::policy_admin,   Role::assigner, Role::purge_requester,
                                  Role::purge_approver, Role::auditor,  Role::account_admin};

}  // namespace policy
