// Which root keys must be kept, and how they are.

#include <algorithm>
#include <map>

#include "policy/dep_unwrap.h"
#include "policy/rotation.h"

namespace policy {

namespace {

// What vaults say, each key asked for once.
class Vaults {
 public:
  explicit Vaults(crypto::RootKeys& roots) : roots_(roots) {}

  struct Said {
    crypto::RootVerdict verdict = crypto::RootVerdict::ok;
    std::string detail;
    std::optional<crypto::RootKeyInfo> info;
  };

  const Said& of(const crypto::RootKeyRef& key) {
    const auto [said, fresh] = said_.try_emplace(key);
    if (fresh) said->second = asked(key);
    return said->second;
  }

 private:
  Said asked(const crypto::RootKeyRef& key) try {
    return {crypto::RootVerdict::ok, "", roots_.get(key)};
  } catch (const crypto::RootError& error) {
    return {error.verdict(), error.code() + ": " + error.what(), std::nullopt};
  } catch (const Error& error) {  // of our own files: a token's, a managed root's
    return {crypto::RootVerdict::misconfigured, error.what(), std::nullopt};
  }

  crypto::RootKeys& roots_;
  std::map<crypto::RootKeyRef, Said> said_;
};

NeededRoot needed_root(Vaults& vaults, const storage::Dep& dep,
                       const storage::WrappedDepKey& wrapped, const crypto::RootKeyRef& key) {
  const auto& said = vaults.of(key);
  NeededRoot root{.dep = dep,
                  .version = wrapped.version,
                  .key = key,
                  .verdict = said.verdict,
                  .detail = said.detail,
                  .expires = {},
                  .newer = {}};
  if (said.info) {
    root.enabled = said.info->enabled;
    root.expires = said.info->expires;
  }
  if (wrapped.version == dep.version && !key.version().empty()) {
    const auto kid = key.kid().substr(0, key.kid().size() - key.version().size() - 1);
    const auto& latest = vaults.of(crypto::RootKeyRef(kid)).info;
    if (latest && latest->key != key) root.newer = latest->key;
  }
  return root;
}

}  // namespace

std::vector<NeededRoot> Rotation::needed_roots(std::optional<std::string_view> name) {
  std::map<storage::DepVersion, std::uint64_t> mailboxes;
  for (const auto& count : directory_.version_counts()) mailboxes[count.under] = count.mailboxes;
  const auto of = name ? std::vector{deps_.dep(*name)} : deps_.list();
  Vaults vaults(roots_);
  std::vector<NeededRoot> needed;
  for (const auto& dep : of)
    for (const auto& wrapped : deps_.versions(dep))
      for (const auto& root : wrapped.roots) {
        auto described = needed_root(vaults, dep, wrapped, root.key);
        described.mailboxes = mailboxes[{dep.id, wrapped.version}];
        needed.push_back(std::move(described));
      }
  return needed;
}

std::vector<storage::Dep> Rotation::without_their_availability_key() {
  DepUnwrap unwrap(roots_, service_keys_);
  std::vector<storage::Dep> found;
  for (auto& dep : deps_.list()) {
    if (dep.hold == storage::Hold::destroying) continue;  // meant so
    const auto versions = deps_.versions(dep);
    const auto lost = [&](const storage::WrappedDepKey& wrapped) {
      return wrapped.availability && !unwrap.has_availability_key(wrapped);
    };
    if (std::ranges::any_of(versions, lost)) found.push_back(std::move(dep));
  }
  return found;
}

std::optional<std::string> trouble(const NeededRoot& root, UnixTime now) {
  if (root.verdict != crypto::RootVerdict::ok)
    return std::string(crypto::name_of(root.verdict)) + ": " + root.detail;
  if (!root.enabled) return "disabled in its vault";
  if (root.expires && *root.expires <= now) return "expired";
  if (root.expires && *root.expires - now <= near_expiry) return "expires soon";
  return std::nullopt;
}

}  // namespace policy
