#pragma once
// Root keys that a test steers: each vault answers, denies or fails as told, and counts.

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "crypto/root_keys.h"

namespace test_support {

inline const std::string vault_a = "https://a.example";
inline const std::string vault_b = "https://b.example";

class FakeRoots final : public crypto::RootKeys {
 public:
  FakeRoots();

  // Keys are there once added; all are RSA 3072, enabled, without expiry, until changed.
  crypto::RootKeyRef add(const std::string& vault, const std::string& name);
  crypto::RootKeyInfo& info(const crypto::RootKeyRef&);  // without a version: of the newest
  crypto::RootKeyRef rotate(const crypto::RootKeyRef&);  // its next version
  void lose(const crypto::RootKeyRef&);                  // with all versions
  void disable(const crypto::RootKeyRef&);               // one version: it denies
  // A key that is there already, imported under another name.
  crypto::RootKeyRef copy(const crypto::RootKeyRef&, const std::string& vault,
                          const std::string& name);

  // `unreadable`: not the vault, but a file of ours fails.
  enum class Mode { ok, denied, transient, misconfigured, garbage, unreadable };
  void steer(const std::string& vault, Mode);
  void steer_wrap(const std::string& vault, Mode);     // wrap alone
  void steer_unknown(const std::string& vault, Mode);  // what it says of keys that it has not
  void alias(const std::string& vault, const std::string& is_really);

  std::size_t unwraps(const std::string& vault) const;
  std::size_t unwraps() const { return unwraps(vault_a) + unwraps(vault_b); }
  std::vector<std::string> order() const;  // vaults, as asked to unwrap

  // From now on unwraps stand still until released.
  void hold();
  void release();
  void wait_until_held(std::size_t callers);  // that many stand

  crypto::RootKeyInfo get(const crypto::RootKeyRef&) override;

 protected:
  crypto::WrappedByRoot wrap_octets(const crypto::RootKeyRef&, ByteView) override;
  crypto::SecretBytes unwrap_octets(const crypto::WrappedByRoot&, crypto::Patience) override;

 private:
  struct Vault {
    Mode mode = Mode::ok, wrap_mode = Mode::ok, unknown_mode = Mode::denied;
    std::size_t unwraps = 0;
    std::map<std::string, std::vector<crypto::RootKeyInfo>> keys;  // by name; versions
  };
  Vault& vault(const std::string& name);
  crypto::RootKeyInfo& key(const crypto::RootKeyRef&);
  // What makes a version open its own wraps alone.
  std::string material(const crypto::RootKeyRef&);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, Vault> vaults_;
  std::map<std::string, std::string> aliases_;
  std::map<crypto::RootKeyRef, crypto::RootKeyRef> copies_;  // of what
  std::set<crypto::RootKeyRef> disabled_;
  std::vector<std::string> order_;
  bool held_ = false;
  std::size_t standing_ = 0;
};

}  // namespace test_support
