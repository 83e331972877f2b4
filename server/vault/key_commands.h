#pragma once
// sealvault key ...: the REST interface, spoken to the running vault over its Unix socket, or, when
// it does not run, to the vault opened here. The lock file decides.

#include <boost/json.hpp>
#include <memory>
#include <string>
#include <vector>

#include "server/vault/directory.h"

namespace vault {

class KeyCommands {
 public:
  // Throws not_found, denied (passphrase), unavailable.
  KeyCommands(const Directory&, const std::optional<Secret>& passphrase);

  // The answers of the vault, as the contract has them. Throw what it refuses, as Error.
  boost::json::value create(const std::string& name, unsigned bits);
  boost::json::array list();
  boost::json::array versions(const std::string& name);
  boost::json::value show(const std::string& name, const std::string& version);
  // Of one version, or of all (empty): a key is revoked when no version of it can unwrap.
  boost::json::array set_enabled(const std::string& name, const std::string& version, bool enabled);

 private:
  boost::json::value ask(std::string method, std::string path, std::string body);
  boost::json::array all_pages(const std::string& path);

  const Directory directory_;
  const std::string host_;
  std::unique_ptr<OpenVault> here_;  // null: the vault runs
};

}  // namespace vault
