#pragma once
// Which operation a request asks for, of the contract's table.

#include <string>
#include <string_view>

#include "server/http/target.h"
#include "server/vault/authority.h"

namespace vault {

enum class Operation {
  create,
  import,
  get,
  update,
  remove,
  list_keys,
  list_versions,
  list_deleted,
  get_deleted,
  recover,
  purge,
  backup,
  restore,
  rotate,
  get_rotation,
  set_rotation,
  wrap,
  unwrap,
  encrypt,
  decrypt,
  sign,
  verify
};
Permission permission_for(Operation);
std::string_view name_of(Operation);  // for the audit log, and in key_ops

struct Route {
  Operation operation;
  std::string name, version;  // an empty version is the latest
};

// The odd shapes "/keys/N/", "/keys/N//wrapkey" and "/keys/N/wrapkey" are the latest version.
// Throws Refusal 400 (name; what only a Managed HSM offers), 404 (no such path), 405.
Route route_of(std::string_view method, const http::Target&);

}  // namespace vault
