#include "server/vault/refusal.h"

namespace vault {

Refusal bad_parameter(const std::string& message) { return {400, "BadParameter", message}; }

Refusal forbidden(const std::string& message, std::string inner) {
  return {403, "Forbidden", message, std::move(inner)};
}

Refusal no_such_key() { return {404, "KeyNotFound", "There is no such key or version."}; }

Refusal name_in_use() {
  return {409, "Conflict",
          "A deleted key has this name. Recover it, or wait until it has been purged.",
          "ObjectIsDeletedButRecoverable"};
}

Refusal purge_is_forbidden() {
  return forbidden(
      "Operation \"purge\" is not allowed because purge protection is enabled for this vault.");
}

}  // namespace vault
