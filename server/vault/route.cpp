#include "server/vault/route.h"

#include <algorithm>
#include <array>

#include "server/vault/key_file.h"
#include "server/vault/wire.h"

namespace vault {
namespace {

constexpr std::size_t name_limit = 127;

// A path of the contract: what follows "/keys/NAME", and the operation for one method.
struct Entry {
  std::string_view method, action;
  Operation operation;
};
constexpr std::array<Entry, 6> entries{{
    {"POST", "create", Operation::create},
    {"GET", "", Operation::get},
    {"PATCH", "", Operation::update},
    {"GET", "versions", Operation::list_versions},
    {"POST", "wrapkey", Operation::wrap},
    {"POST", "unwrapkey", Operation::unwrap},
}};

// Words of the contract that stand for what this vault does not offer.
constexpr std::array<std::string_view, 7> not_offered{
    "encrypt", "decrypt", "sign", "verify", "backup", "rotate", "rotationpolicy"};
// Of all these, what stands right behind the name; crypto operations may have a version before.
constexpr std::array<std::string_view, 5> of_all_versions{"create", "versions", "backup", "rotate",
                                                          "rotationpolicy"};

template <std::size_t Size>
bool has(const std::array<std::string_view, Size>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

bool is_action(std::string_view word) {
  const auto same = [&](const Entry& entry) { return entry.action == word; };
  return !word.empty() && (has(not_offered, word) || std::ranges::any_of(entries, same));
}

Refusal no_such_path() { return {404, "NotFound", "There is no such path."}; }

void check_name(std::string_view name) {
  const auto fine = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-';
  };
  if (name.empty() || name.size() > name_limit || !std::ranges::all_of(name, fine))
    throw bad_parameter("The name of a key is 1 to 127 letters, digits and hyphens.");
}

Route of_key(std::string_view method, std::string name, std::string version,
             std::string_view action) {
  check_name(name);
  if (has(not_offered, action))
    throw bad_parameter("This vault does not offer " + std::string(action) + '.');
  bool known = false;
  for (const auto& entry : entries) {
    if (entry.action != action) continue;
    known = true;
    if (entry.method == method) return {entry.operation, std::move(name), std::move(version)};
  }
  if (known) throw Refusal(405, "MethodNotAllowed", "This path does not take that method.");
  throw no_such_path();
}

}  // namespace

Permission permission_for(Operation operation) {
  switch (operation) {
    case Operation::create:
      return Permission::create;
    case Operation::get:
      return Permission::get;
    case Operation::update:
      return Permission::update;
    case Operation::list_keys:
    case Operation::list_versions:
      return Permission::list;
    case Operation::wrap:
      return Permission::wrap_key;
    case Operation::unwrap:
      return Permission::unwrap_key;
  }
  return Permission::get;
}

std::string_view name_of(Operation operation) {
  constexpr std::array<std::string_view, 7> names{
      "create", "get", "update", "list keys", "list versions", "wrapKey", "unwrapKey"};
  return names.at(static_cast<std::size_t>(operation));
}

Route route_of(std::string_view method, const http::Target& target) {
  const auto& parts = target.segments;
  const auto count = parts.size();
  if (parts.front() == "deletedkeys" || parts.front() == "rng")
    throw bad_parameter("This vault does not offer " + parts.front() + '.');
  if (parts.front() != "keys" || count > 4) throw no_such_path();
  if (count == 1 || (count == 2 && parts[1].empty())) {
    if (method == "GET") return {Operation::list_keys, {}, {}};
    throw Refusal(405, "MethodNotAllowed", "This path does not take that method.");
  }
  if (count == 2) return of_key(method, parts[1], {}, "");
  const auto third = lower_case(parts[2]);
  if (count == 3 && is_action(third)) return of_key(method, parts[1], {}, third);
  if (count == 3) return of_key(method, parts[1], third, "");
  const auto action = lower_case(parts[3]);
  if (!is_action(action) || has(of_all_versions, action)) throw no_such_path();
  return of_key(method, parts[1], third, action);
}

}  // namespace vault
