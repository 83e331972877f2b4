#pragma once
// A vault in a directory of its own, served over TLS on loopback by a thread of this process.

#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include <boost/json.hpp>

#include "server/vault/serve.h"

namespace vault_test {

class RunningVault {
 public:
  struct Settings {
    vault::Recovery recovery = {};
    vault::ApiLimits limits = {};
    bool allow_faults = false;
  };
  RunningVault() : RunningVault(Settings{}) {}
  explicit RunningVault(const Settings&);
  ~RunningVault();
  RunningVault(const RunningVault&) = delete;
  RunningVault& operator=(const RunningVault&) = delete;

  // The same keys at the same address again.
  void start();
  void stop();

  const std::string& url() const { return url_; }
  unsigned short port() const;
  vault::Directory directory() const { return {root_ / "vault"}; }
  std::filesystem::path ca() const { return directory().certificate(); }

  // A new client that may do these ("get,wrapKey,unwrapKey"); its token.
  std::string token(const std::string& name, const std::string& allowed);

  // What its owner does on its Unix socket. Throws Error for what the vault refuses.
  boost::json::value owner(const std::string& method, const std::string& path,
                           const boost::json::value& body = {}) const;
  // A key of 2048 bits, or a new version; its bundle.
  boost::json::value create_key(const std::string& name) const;
  // The latest version.
  void set_enabled(const std::string& name, bool enabled) const;

 private:
  const Settings settings_;
  std::filesystem::path root_;
  std::string listen_ = "127.0.0.1:0", url_;
  std::unique_ptr<boost::asio::io_context> context_;
  std::unique_ptr<vault::Service> service_;
  std::thread thread_;
};

}  // namespace vault_test
