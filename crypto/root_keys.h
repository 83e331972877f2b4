#pragma once
// The vault as an interface: what the server may ask of a root key, and nothing else (get, wrapKey,
// unwrapKey). Behind it: azure_vault.h (the REST contract over HTTPS) and managed_roots.h (RSA keys
// the service holds, for the managed default). All calls block: blocking pool only.

#include <chrono>
#include <compare>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "crypto/keys.h"
#include "crypto/place.h"

namespace crypto {

// The name of a root key: a kid, "https://host[:port]/keys/NAME[/VERSION]" or
// "managed://NAME[/VERSION]" (FORMAT.md section 5). Explicit from text; throws invalid when it is
// none of these. Scheme and host are kept in lower case and port 443 is left out, so that one vault
// has one name.
class RootKeyRef {
 public:
  explicit RootKeyRef(std::string kid);
  const std::string& kid() const { return kid_; }
  std::string vault() const;  // "https://host[:port]" or "managed://"
  std::string name() const;
  std::string version() const;  // empty: the latest
  auto operator<=>(const RootKeyRef&) const = default;

 private:
  std::string kid_;
};

// Of one try to use a root (reference: key vault REST, error taxonomy).
enum class RootVerdict { ok, denied, transient, misconfigured };
std::string_view name_of(RootVerdict);

// What a vault said of a key (KeyBundle without its public part).
struct RootKeyInfo {
  RootKeyRef key;    // with version
  std::string type;  // "RSA", "RSA-HSM"
  unsigned bits = 0;
  bool enabled = false;
  std::optional<UnixTime> not_before, expires;
  std::vector<std::string> operations;  // "wrapKey", ...
  std::string recovery_level;           // "Recoverable", ...; empty where the vault has none
};

// A failed try; the verdict decides what may be done instead.
class RootError : public Error {
 public:
  RootError(RootVerdict verdict, std::string code, const std::string& message,
            std::optional<std::chrono::seconds> retry_after = {});
  RootVerdict verdict() const { return verdict_; }
  const std::string& code() const { return code_; }  // "403 Forbidden/KeyDisabled", "timeout"
  std::optional<std::chrono::seconds> retry_after() const { return retry_after_; }  // as asked for

 private:
  RootVerdict verdict_;
  std::string code_;
  std::optional<std::chrono::seconds> retry_after_;
};

struct WrappedByRoot {
  RootKeyRef key;  // the exact version that wrapped: unwrap with this one
  Bytes blob;
};

// How long an unwrap may last, and whether it is tried again. Asking the other vault is better than
// waiting for this one.
enum class Patience {
  user,    // 5 s, one try: somebody waits, and there is another vault to ask
  system,  // 10 s, one try: nobody waits, and there is another vault to ask
  alone,   // 10 s, up to three tries while it fails for the moment: there is no other vault
};

class RootKeys {
 public:
  virtual ~RootKeys() = default;

  // Throw RootError. Any thread. get and wrap are asked with Patience::alone.
  virtual RootKeyInfo get(const RootKeyRef&) = 0;
  WrappedByRoot wrap(const RootKeyRef&, const DepKey&, const Place&);
  // Throws corrupt when the vault's answer is not a DEP key bound to this place. Without a word on
  // patience: Patience::alone.
  DepKey unwrap(const WrappedByRoot&, const Place&, Patience);
  DepKey unwrap(const WrappedByRoot& wrapped, const Place& place) {
    return unwrap(wrapped, place, Patience::alone);
  }

 protected:
  // RSA-OAEP-256 by the vault, of the 64 octets that carry a DEP key (FORMAT.md section 5).
  virtual WrappedByRoot wrap_octets(const RootKeyRef&, ByteView) = 0;
  virtual SecretBytes unwrap_octets(const WrappedByRoot&, Patience) = 0;

  friend class RootKeyRouter;  // hands the octets on to the vault that the kid names
};

// All the vaults of an installation as one: each call goes to the vault that the kid names.
// Throws RootError misconfigured for a kid of no known vault. Vaults are added before use.
class RootKeyRouter final : public RootKeys {
 public:
  void add(std::string vault, std::unique_ptr<RootKeys>);
  std::vector<std::string> vaults() const;
  RootKeyInfo get(const RootKeyRef&) override;

 protected:
  WrappedByRoot wrap_octets(const RootKeyRef&, ByteView) override;
  SecretBytes unwrap_octets(const WrappedByRoot&, Patience) override;

 private:
  RootKeys& vault_of(const RootKeyRef&);
  std::map<std::string, std::unique_ptr<RootKeys>> vaults_;
};

}  // namespace crypto
