#pragma once
// What a thief has: a copy of a data directory, and any of the assets beside it (RULES.md here).

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "server/admin/command.h"

namespace server::lab {

struct Password {
  std::string account;
  std::filesystem::path file;  // its first line
};

struct Assets {
  std::filesystem::path copy;
  std::optional<std::filesystem::path> service_keys, vault_a, vault_b, memory, backup;
  std::optional<std::filesystem::path> admin_socket;  // of the server that runs
  bool admin = false;                                 // a role there, or that socket
  std::optional<Password> password;

  // "service-keys", "vault-a", ...: those that were given.
  std::vector<std::string> names() const;
};

// Throws invalid, and not_found for what is not there.
Assets assets_of(const admin::Invocation&);

}  // namespace server::lab
