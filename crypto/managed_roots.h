#pragma once
// Root keys that the service holds itself, for mailboxes whose owner brought none: RSA keys in the
// service-key directory (FORMAT.md section 8). kid: "managed://NAME/VERSION". Blocking; any thread.

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "crypto/root_keys.h"
#include "crypto/service_keys.h"

namespace crypto {

inline constexpr std::string_view managed_vault = "managed://";

class ManagedRoots final : public RootKeys {
 public:
  explicit ManagedRoots(const ServiceKeys&);
  ~ManagedRoots() override;

  // The latest version of this root; made (RSA 3072, takes up to some seconds) if there is none.
  RootKeyRef ensure(const std::string& name);

  // A lost root is misconfigured, never denied: nobody has revoked anything.
  RootKeyInfo get(const RootKeyRef&) override;

 protected:
  WrappedByRoot wrap_octets(const RootKeyRef&, ByteView) override;
  SecretBytes unwrap_octets(const WrappedByRoot&, Patience) override;

 private:
  struct PrivateKey;
  std::shared_ptr<const PrivateKey> loaded(const RootKeyRef& with_version);
  RootKeyRef with_version(const RootKeyRef&) const;
  std::string latest_version(const std::string& name) const;  // empty: none

  std::filesystem::path directory_;
  std::mutex mutex_;
  std::map<RootKeyRef, std::shared_ptr<const PrivateKey>> loaded_;
};

}  // namespace crypto
