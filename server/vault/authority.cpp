#include "server/vault/authority.h"

#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "server/vault/access_token.h"
#include "server/vault/clients.h"

namespace vault {
namespace {

constexpr std::array<std::string_view, 19> permission_names{"get",
                                                            "list",
                                                            "create",
                                                            "update",
                                                            "import",
                                                            "delete",
                                                            "recover",
                                                            "backup",
                                                            "restore",
                                                            "purge",
                                                            "encrypt",
                                                            "decrypt",
                                                            "wrapKey",
                                                            "unwrapKey",
                                                            "sign",
                                                            "verify",
                                                            "rotate",
                                                            "getrotationpolicy",
                                                            "setrotationpolicy"};
constexpr std::size_t token_text_limit = 2048;

// RFC 6750 section 2.1; the scheme's letters do not count.
std::optional<std::string_view> bearer_token(const http::Request& request) {
  constexpr std::string_view scheme = "bearer ";
  const auto value = request.header("authorization");
  if (!value || value->size() <= scheme.size() || value->size() > token_text_limit)
    return std::nullopt;
  const auto given = value->substr(0, scheme.size());
  const auto same = [](char a, char b) { return a == b || (b != ' ' && a == (b ^ 0x20)); };
  if (!std::ranges::equal(given, scheme, same)) return std::nullopt;
  return value->substr(scheme.size());
}

}  // namespace

std::string_view name_of(Permission permission) {
  return permission_names.at(static_cast<std::size_t>(permission));
}

Permission permission_of(std::string_view name) {
  const auto found = std::ranges::find(permission_names, name);
  if (found != permission_names.end())
    return static_cast<Permission>(found - permission_names.begin());
  throw Error(Fault::invalid, "no such operation to allow: " + std::string(name),
              "give some of " + names_of(all_permissions()) + ", or all");
}

Permissions permissions_of(std::string_view list) {
  if (list == "all") return all_permissions();
  Permissions out;
  for (std::size_t at = 0; at <= list.size();) {
    const auto end = std::min(list.find(',', at), list.size());
    out.insert(permission_of(list.substr(at, end - at)));
    at = end + 1;
  }
  return out;
}

std::string names_of(const Permissions& permissions) {
  std::string out;
  for (const auto each : permissions) out += (out.empty() ? "" : ",") + std::string(name_of(each));
  return out;
}

Permissions all_permissions() {
  Permissions all;
  for (const auto name : permission_names) all.insert(permission_of(name));
  return all;
}

std::optional<Caller> ClientAuthority::caller(const http::Request& request) {
  if (request.peer.process) {
    if (request.peer.process->user != ::geteuid()) return std::nullopt;
    return Caller{"local:" + std::to_string(request.peer.process->user), all_permissions(), true};
  }
  const auto token = bearer_token(request);
  if (!token) return std::nullopt;
  const auto id = tokens_.client_of(*token);
  const auto client = id ? clients_.find(*id) : clients_.find_by_token(*token);
  if (!client) return std::nullopt;
  return Caller{client->name, client->allowed, false};
}

}  // namespace vault
