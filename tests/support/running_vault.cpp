#include "tests/support/running_vault.h"

#include <stdlib.h>

#include "server/vault/owner_line.h"
#include "tests/support/soft_token.h"

namespace vault_test {

RunningVault::RunningVault(const Settings& settings) : settings_(settings) {
  auto pattern = (std::filesystem::temp_directory_path() / "vault-test-XXXXXX").string();
  root_ = ::mkdtemp(pattern.data());
  vault::make_vault(directory(), {listen_,
                                  {},
                                  "https://vault.azure.net",
                                  std::nullopt,
                                  settings.recovery,
                                  std::nullopt,
                                  token_of_this_process()});
  start();
}

RunningVault::~RunningVault() {
  stop();
  std::filesystem::remove_all(root_);
}

void RunningVault::start() {
  context_ = std::make_unique<boost::asio::io_context>(1);
  service_ = std::make_unique<vault::Service>(
      *context_, directory(),
      vault::Serving{listen_, std::nullopt, settings_.limits, settings_.allow_faults});
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
  vault::Clients clients(directory().root);
  clients.add(name, vault::permissions_of(allowed), 0);
  const auto secret = clients.add_token(name);
  return {secret.begin(), secret.end()};
}

boost::json::value RunningVault::owner(const std::string& method, const std::string& path,
                                       const boost::json::value& body) const {
  vault::OwnerLine line(directory(), std::nullopt);
  return line.ask(method, path, body.is_null() ? "" : boost::json::serialize(body));
}

boost::json::value RunningVault::create_key(const std::string& name) const {
  return owner("POST", "/keys/" + name + "/create",
               boost::json::object{{"kty", "RSA"}, {"key_size", 2048}});
}

void RunningVault::set_enabled(const std::string& name, bool enabled) const {
  owner("PATCH", "/keys/" + name, boost::json::object{{"attributes", {{"enabled", enabled}}}});
}

}  // namespace vault_test
