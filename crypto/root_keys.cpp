#include "crypto/root_keys.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>

namespace crypto {

// A DEP key on its way to or from a vault: its 32 octets and the SHA-256 of its place, since
// RSA-OAEP itself binds nothing (FORMAT.md section 5).
class RootTransport {
 public:
  static SecretBytes octets(const DepKey& key, const Place& place) {
    const auto raw = key.raw({});
    if (raw.size() != key_size) throw Error(Fault::invalid, "a key has 32 octets");
    SecretBytes out(raw.begin(), raw.end());
    const auto hash = hash_of(place);
    out.insert(out.end(), hash.begin(), hash.end());
    return out;
  }

  static DepKey key(const SecretBytes& octets, const Place& place) {
    const auto hash = hash_of(place);
    if (octets.size() != key_size + hash.size() ||
        CRYPTO_memcmp(octets.data() + key_size, hash.data(), hash.size()) != 0)
      throw Error(Fault::corrupt, "a vault unwrapped something that is no key for this place");
    return DepKey(ByteView(octets).first(key_size), {});
  }

 private:
  static std::array<std::uint8_t, SHA256_DIGEST_LENGTH> hash_of(const Place& place) {
    const auto encoded = place.encoded();
    std::array<std::uint8_t, SHA256_DIGEST_LENGTH> hash;
    SHA256(encoded.data(), encoded.size(), hash.data());
    return hash;
  }
};

namespace {

Fault fault_of(RootVerdict verdict) {
  switch (verdict) {
    case RootVerdict::denied:
      return Fault::denied;
    case RootVerdict::misconfigured:
      return Fault::invalid;
    case RootVerdict::ok:
    case RootVerdict::transient:
      return Fault::unavailable;
  }
  return Fault::unavailable;
}

}  // namespace

std::string_view name_of(RootVerdict verdict) {
  constexpr std::array<std::string_view, 4> names{"ok", "denied", "transient", "misconfigured"};
  return names.at(static_cast<std::size_t>(verdict));
}

RootError::RootError(RootVerdict verdict, std::string code, const std::string& message,
                     std::optional<std::chrono::seconds> retry_after)
    : Error(fault_of(verdict), message),
      verdict_(verdict),
      code_(std::move(code)),
      retry_after_(retry_after) {}

WrappedByRoot RootKeys::wrap(const RootKeyRef& root, const DepKey& key, const Place& place) {
  return wrap_octets(root, RootTransport::octets(key, place));
}

DepKey RootKeys::unwrap(const WrappedByRoot& wrapped, const Place& place, Patience patience) {
  return RootTransport::key(unwrap_octets(wrapped, patience), place);
}

void RootKeyRouter::add(std::string vault, std::unique_ptr<RootKeys> keys) {
  vaults_[std::move(vault)] = std::move(keys);
}

std::vector<std::string> RootKeyRouter::vaults() const {
  std::vector<std::string> names;
  for (const auto& [name, keys] : vaults_) names.push_back(name);
  return names;
}

RootKeys& RootKeyRouter::vault_of(const RootKeyRef& root) {
  const auto found = vaults_.find(root.vault());
  if (found == vaults_.end())
    throw RootError(RootVerdict::misconfigured, "unknown vault",
                    "the server has no vault " + root.vault());
  return *found->second;
}

RootKeyInfo RootKeyRouter::get(const RootKeyRef& root) { return vault_of(root).get(root); }

WrappedByRoot RootKeyRouter::wrap_octets(const RootKeyRef& root, ByteView octets) {
  return vault_of(root).wrap_octets(root, octets);
}

SecretBytes RootKeyRouter::unwrap_octets(const WrappedByRoot& wrapped, Patience patience) {
  return vault_of(wrapped.key).unwrap_octets(wrapped, patience);
}

}  // namespace crypto
