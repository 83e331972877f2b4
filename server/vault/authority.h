#pragma once
// Who calls, and what they may do: access policies, one a client. A caller shows a bearer token:
// one that a client was given once (clients.h), or one from the vault's own token endpoint
// (access_token.h).

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "server/http/message.h"

namespace vault {

// Named as Azure's access policies name them.
enum class Permission {
  get,
  list,
  create,
  update,
  import,
  remove,
  recover,
  backup,
  restore,
  purge,
  encrypt,
  decrypt,
  wrap_key,
  unwrap_key,
  sign,
  verify,
  rotate,
  get_rotation_policy,
  set_rotation_policy
};
using Permissions = std::set<Permission>;
std::string_view name_of(Permission);
Permission permission_of(std::string_view name);    // throws invalid; its hint lists them
Permissions permissions_of(std::string_view list);  // "get,wrapKey"; "all"; throws likewise
std::string names_of(const Permissions&);
Permissions all_permissions();

struct Caller {
  std::string name;  // for the audit log
  Permissions allowed;
  bool owner = false;  // the vault's own user, on its own Unix socket: the kernel says so
};

// Nothing: the caller is unknown, and gets the challenge.
class Authority {
 public:
  virtual ~Authority() = default;
  virtual std::optional<Caller> caller(const http::Request&) = 0;  // any thread
};

class Clients;
class AccessTokens;

class ClientAuthority final : public Authority {
 public:
  ClientAuthority(Clients& clients, const AccessTokens& tokens)
      : clients_(clients), tokens_(tokens) {}
  // A client that is removed, or may do less, is so with its next request.
  std::optional<Caller> caller(const http::Request&) override;

 private:
  Clients& clients_;
  const AccessTokens& tokens_;
};

}  // namespace vault
