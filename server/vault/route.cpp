#include "server/vault/route.h"

#include <algorithm>
#include <array>

#include "server/vault/key.h"
#include "server/vault/refusal.h"

namespace vault {
namespace {

constexpr std::size_t name_limit = 127;

struct Row {
  std::string_view method, pattern;  // N a name, V a version, which may be empty
  Operation operation;
};
constexpr std::array rows{
    Row{"GET", "keys", Operation::list_keys},
    Row{"GET", "keys/", Operation::list_keys},
    Row{"POST", "keys/restore", Operation::restore},
    Row{"GET", "keys/N", Operation::get},
    Row{"PUT", "keys/N", Operation::import},
    Row{"PUT", "keys/N/", Operation::import},
    Row{"PATCH", "keys/N", Operation::update},
    Row{"DELETE", "keys/N", Operation::remove},
    Row{"DELETE", "keys/N/", Operation::remove},
    Row{"POST", "keys/N/create", Operation::create},
    Row{"GET", "keys/N/versions", Operation::list_versions},
    Row{"POST", "keys/N/backup", Operation::backup},
    Row{"POST", "keys/N/rotate", Operation::rotate},
    Row{"GET", "keys/N/rotationpolicy", Operation::get_rotation},
    Row{"PUT", "keys/N/rotationpolicy", Operation::set_rotation},
    Row{"GET", "keys/N/V", Operation::get},
    Row{"PATCH", "keys/N/V", Operation::update},
    Row{"POST", "keys/N/wrapkey", Operation::wrap},
    Row{"POST", "keys/N/V/wrapkey", Operation::wrap},
    Row{"POST", "keys/N/unwrapkey", Operation::unwrap},
    Row{"POST", "keys/N/V/unwrapkey", Operation::unwrap},
    Row{"POST", "keys/N/encrypt", Operation::encrypt},
    Row{"POST", "keys/N/V/encrypt", Operation::encrypt},
    Row{"POST", "keys/N/decrypt", Operation::decrypt},
    Row{"POST", "keys/N/V/decrypt", Operation::decrypt},
    Row{"POST", "keys/N/sign", Operation::sign},
    Row{"POST", "keys/N/V/sign", Operation::sign},
    Row{"POST", "keys/N/verify", Operation::verify},
    Row{"POST", "keys/N/V/verify", Operation::verify},
    Row{"GET", "deletedkeys", Operation::list_deleted},
    Row{"GET", "deletedkeys/", Operation::list_deleted},
    Row{"GET", "deletedkeys/N", Operation::get_deleted},
    Row{"DELETE", "deletedkeys/N", Operation::purge},
    Row{"POST", "deletedkeys/N/recover", Operation::recover},
};

struct Named {
  Operation operation;
  std::string_view name;
  Permission permission;
};
constexpr std::array named{
    Named{Operation::create, "create", Permission::create},
    Named{Operation::import, "import", Permission::import},
    Named{Operation::get, "get", Permission::get},
    Named{Operation::update, "update", Permission::update},
    Named{Operation::remove, "delete", Permission::remove},
    Named{Operation::list_keys, "list keys", Permission::list},
    Named{Operation::list_versions, "list versions", Permission::list},
    Named{Operation::list_deleted, "list deleted", Permission::list},
    Named{Operation::get_deleted, "get deleted", Permission::get},
    Named{Operation::recover, "recover", Permission::recover},
    Named{Operation::purge, "purge", Permission::purge},
    Named{Operation::backup, "backup", Permission::backup},
    Named{Operation::restore, "restore", Permission::restore},
    Named{Operation::rotate, "rotate", Permission::rotate},
    Named{Operation::get_rotation, "get rotation policy", Permission::get_rotation_policy},
    Named{Operation::set_rotation, "set rotation policy", Permission::set_rotation_policy},
    Named{Operation::wrap, "wrapKey", Permission::wrap_key},
    Named{Operation::unwrap, "unwrapKey", Permission::unwrap_key},
    Named{Operation::encrypt, "encrypt", Permission::encrypt},
    Named{Operation::decrypt, "decrypt", Permission::decrypt},
    Named{Operation::sign, "sign", Permission::sign},
    Named{Operation::verify, "verify", Permission::verify},
};

const Named& row_of(Operation operation) {
  return *std::ranges::find(named, operation, &Named::operation);
}

std::string_view next_part(std::string_view& rest) {
  const auto end = rest.find('/');
  const auto part = rest.substr(0, end);
  rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
  return part;
}

// A word that stands right behind a name, or behind its version.
bool is_reserved(std::string_view word) {
  return !word.empty() && std::ranges::any_of(rows, [&](const Row& row) {
    return row.pattern.starts_with("keys/N/") &&
           row.pattern.substr(row.pattern.rfind('/') + 1) == word;
  });
}

bool fits(std::string_view wanted, const std::string& part, bool behind_name) {
  if (wanted == "N") return !part.empty();
  if (wanted == "V") return !is_reserved(lower_case(part));
  return wanted == (behind_name ? lower_case(part) : part);
}

bool matches(const Row& row, const std::vector<std::string>& parts) {
  if (static_cast<std::size_t>(std::ranges::count(row.pattern, '/')) + 1 != parts.size())
    return false;
  auto rest = row.pattern;
  for (std::size_t i = 0; i < parts.size(); ++i)
    if (!fits(next_part(rest), parts[i], i > 1)) return false;
  return true;
}

void check_name(std::string_view name) {
  const auto fine = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-';
  };
  if (name.size() > name_limit || !std::ranges::all_of(name, fine))
    throw bad_parameter("The name of a key is 1 to 127 letters, digits and hyphens.");
}

}  // namespace

Permission permission_for(Operation operation) { return row_of(operation).permission; }
std::string_view name_of(Operation operation) { return row_of(operation).name; }

Route route_of(std::string_view method, const http::Target& target) {
  const auto& parts = target.segments;
  if (parts.front() == "rng") throw bad_parameter("Only a Managed HSM offers rng.");
  bool known = false;
  for (const auto& row : rows) {
    if (!matches(row, parts)) continue;
    known = true;
    if (row.method != method) continue;
    Route route{row.operation, {}, {}};
    const bool has_name = row.pattern.find("/N") != row.pattern.npos;
    if (has_name) check_name(parts[1]);
    if (has_name) route.name = parts[1];
    if (row.pattern.find("/V") != row.pattern.npos) route.version = lower_case(parts[2]);
    return route;
  }
  if (known) throw Refusal(405, "MethodNotAllowed", "This path does not take that method.");
  throw Refusal(404, "NotFound", "There is no such path.");
}

}  // namespace vault
