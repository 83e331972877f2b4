#pragma once
// Which operation a request asks for, of the contract's table.

#include <string>
#include <string_view>

#include "server/http/target.h"
#include "server/vault/authority.h"

namespace vault {

enum class Operation { create, get, update, list_keys, list_versions, wrap, unwrap };
Permission permission_for(Operation);
std::string_view name_of(Operation);  // for the audit log

struct Route {
  Operation operation;
  std::string name, version;  // an empty version is the latest
};

// The odd shapes "/keys/N/", "/keys/N//wrapkey" and "/keys/N/wrapkey" are the latest version.
// Throws Refusal 400 (name; an operation this vault does not offer), 404 (no such path), 405.
Route route_of(std::string_view method, const http::Target&);

}  // namespace vault
