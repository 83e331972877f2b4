#include "tests/support/running_vault.h"

#include <stdlib.h>

namespace vault_test {

RunningVault::RunningVault(const vault::Recovery& recovery) {
  auto pattern = (std::filesystem::temp_directory_path() / "vault-test-XXXXXX").string();
  root_ = ::mkdtemp(pattern.data());
  vault::make_vault(directory(), {listen_, {}, "https://vault.azure.net", std::nullopt, recovery});
  start();
}

RunningVault::~RunningVault() {
  stop();
  std::filesystem::remove_all(root_);
}

void RunningVault::start() {
  context_ = std::make_unique<boost::asio::io_context>(1);
  service_ = std::make_unique<vault::Service>(*context_, directory(), listen_, std::nullopt);
  url_ = service_->url();
  listen_ = url_.substr(url_.rfind('/') + 1);
  thread_ = std::thread([this] { context_->run(); });
}

void RunningVault::stop() {
  if (!thread_.joinable()) return;
  boost::asio::co_spawn(*context_, service_->stop(), boost::asio::detached);
  thread_.join();
  service_.reset();
  context_.reset();
}

unsigned short RunningVault::port() const {
  return static_cast<unsigned short>(std::stoi(url_.substr(url_.rfind(':') + 1)));
}

std::string RunningVault::token(const std::string& name, const std::string& allowed) {
  std::set<vault::Permission> permissions;
  for (std::size_t at = 0; at <= allowed.size();) {
    const auto end = std::min(allowed.find(',', at), allowed.size());
    permissions.insert(vault::permission_of(allowed.substr(at, end - at)));
    at = end + 1;
  }
  const auto secret = vault::TokenFile(directory().tokens()).add(name, permissions, 0);
  return {secret.begin(), secret.end()};
}

}  // namespace vault_test
