#pragma once
// A vault in a directory of its own, served over TLS on loopback by a thread of this process.

#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include "server/vault/serve.h"

namespace vault_test {

class RunningVault {
 public:
  RunningVault() : RunningVault(vault::Recovery{}) {}
  explicit RunningVault(const vault::Recovery&);
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

 private:
  std::filesystem::path root_;
  std::string listen_ = "127.0.0.1:0", url_;
  std::unique_ptr<boost::asio::io_context> context_;
  std::unique_ptr<vault::Service> service_;
  std::thread thread_;
};

}  // namespace vault_test
