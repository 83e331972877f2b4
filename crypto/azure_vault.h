#pragma once
// Root keys in a key vault that speaks Azure Key Vault's REST interface over HTTPS: Azure's own, a
// Managed HSM, or sealvault. Asks for get, wrapKey and unwrapKey with RSA-OAEP-256, and for nothing
// else. Blocking; any thread; one call is over by its Patience.

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "crypto/breaker.h"
#include "crypto/https_client.h"
#include "crypto/root_keys.h"
#include "crypto/token_source.h"
#include "crypto/vault_login.h"

namespace crypto {

struct AzureVaultSettings {
  std::string url;                          // "https://host:port"
  std::optional<std::filesystem::path> ca;  // PEM; none: the system's
  LoginSettings login;
  std::string resource;         // pinned; empty: a parent domain of the vault's host
  bool firewall_denies = true;  // is ForbiddenByFirewall the customer's word, or an outage?
  std::string api_version = "7.4";
  std::chrono::milliseconds connect{3000}, user{5000}, system{10'000};
  SteadyNow now = &std::chrono::steady_clock::now;
};

class AzureVault final : public RootKeys {
 public:
  // Throws invalid, not_found, corrupt: the URL, the login or the CA file cannot be used.
  AzureVault(AzureVaultSettings, const Clock&);
  ~AzureVault() override;

  const std::string& url() const { return url_; }
  RootKeyInfo get(const RootKeyRef&) override;

 protected:
  WrappedByRoot wrap_octets(const RootKeyRef&, ByteView) override;
  SecretBytes unwrap_octets(const WrappedByRoot&, Patience) override;

 private:
  struct Question {
    const RootKeyRef& root;
    std::string_view operation;  // "/wrapkey"; empty: get
    std::string_view body;
  };
  using Read = std::function<void(const SecretText&)>;

  // Asks as often as patience allows; what `read` throws of the answer counts as its failure.
  void ask(const Question&, Patience, const Read&);
  void ask_once(const Question&, Deadline, const Read&);
  HttpsAnswer exchanged(const Question&, Deadline);
  HttpsAnswer sent(const Question&, const SecretText* token, Deadline);
  RootKeyRef checked(const std::string& kid, const RootKeyRef& asked) const;
  RootKeyInfo info_in(const SecretText&, const RootKeyRef&) const;
  RootError spared() const;
  void note_failure(const RootError&);

  const AzureVaultSettings settings_;
  const Clock& clock_;
  const std::string url_;
  HttpsClient client_;
  VaultLogin login_;
  Breaker breaker_;
  mutable std::mutex mutex_;
  std::string last_failure_;  // of those that the breaker heard of
};

}  // namespace crypto
