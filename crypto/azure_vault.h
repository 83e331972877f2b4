#pragma once
// Root keys in a key vault that speaks Azure Key Vault's REST interface over HTTPS: Azure's own, or
// sealvault. Asks for get, wrapKey and unwrapKey with RSA-OAEP-256, and for nothing else. Blocking;
// any thread; one call is over after HttpsSettings::whole.

#include <filesystem>
#include <memory>
#include <string>

#include "crypto/https_client.h"
#include "crypto/root_keys.h"

namespace crypto {

struct AzureVaultSettings {
  std::string url;                          // "https://host:port"
  std::optional<std::filesystem::path> ca;  // PEM; none: the system's
  SecretText token;                         // bearer
  std::string api_version = "7.4";
  std::chrono::milliseconds connect{3000};
  std::chrono::milliseconds whole{5000};
};

// The one line of a file that others may not read. Throws not_found, invalid, corrupt.
SecretText read_token(const std::filesystem::path&);

class AzureVault final : public RootKeys {
 public:
  // Throws invalid: the URL, the token or the CA file cannot be used.
  explicit AzureVault(AzureVaultSettings);
  ~AzureVault() override;

  const std::string& url() const { return url_; }
  RootKeyInfo get(const RootKeyRef&) override;

 protected:
  WrappedByRoot wrap_octets(const RootKeyRef&, ByteView) override;
  SecretBytes unwrap_octets(const WrappedByRoot&) override;

 private:
  SecretText ask(std::string_view method, const RootKeyRef&, std::string_view operation,
                 std::string_view body);
  RootKeyRef checked(const std::string& kid, const RootKeyRef& asked) const;

  const std::string url_, api_version_;
  const SecretText head_;  // with the token
  std::unique_ptr<HttpsClient> client_;
};

}  // namespace crypto
