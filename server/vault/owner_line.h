#pragma once
// The vault's owner speaks to it: to the running vault over its Unix socket, or, when it does not
// run, to the vault opened here. The lock file decides.

#include <boost/json.hpp>
#include <memory>
#include <string>

#include "server/vault/directory.h"

namespace vault {

class OwnerLine {
 public:
  // Throws not_found, denied (passphrase), unavailable.
  OwnerLine(const Directory&, const std::optional<Secret>& passphrase);

  // The answer of the vault, as the contract has it; null: it has none. Throws what it refuses, as
  // Error.
  boost::json::value ask(std::string method, std::string path, std::string body = {});
  // Of a list, every page.
  boost::json::array all_pages(const std::string& path);

 private:
  const Directory directory_;
  const std::string host_;
  std::unique_ptr<OpenVault> here_;  // null: the vault runs
};

// "/keys/NAME/VERSION", encoded.
std::string key_path(const std::string& name, const std::string& version);

}  // namespace vault
