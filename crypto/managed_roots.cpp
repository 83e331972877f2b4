#include "crypto/managed_roots.h"

#include <algorithm>
#include <optional>
#include <span>

#include "crypto/rsa_oaep.h"
#include "crypto/secret_file.h"

namespace crypto {
namespace {

namespace fs = std::filesystem;

constexpr unsigned rsa_bits = 3072;
constexpr std::string_view extension = ".pem";

RootKeyRef ref(const std::string& name, const std::string& version) {
  return RootKeyRef(std::string(managed_vault) + name + (version.empty() ? "" : "/" + version));
}

// Versions sort by age, and one made anew after a loss is never taken for the lost one.
std::string next_version(const std::string& latest) {
  const auto number = latest.empty() ? 1 : std::stoul(latest.substr(0, 4), nullptr, 16) + 1;
  if (number > 0xffff) throw Error(Fault::limit, "too many versions of a managed root");
  const std::uint8_t prefix[] = {static_cast<std::uint8_t>(number >> 8),
                                 static_cast<std::uint8_t>(number)};
  return to_hex(prefix) + to_hex(random_bytes(14));
}

bool is_version(std::string_view text) {
  return text.size() == 32 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

struct ManagedRoots::PrivateKey {
  RsaKey rsa;
};

ManagedRoots::ManagedRoots(const ServiceKeys& keys) : directory_(keys.path() / "managed") {
  make_private_directory(directory_);
}

ManagedRoots::~ManagedRoots() = default;

RootKeyRef ManagedRoots::ensure(const std::string& name) {
  const std::lock_guard lock(mutex_);
  ref(name, {});  // throws invalid before a bad name reaches the disk
  const auto latest = latest_version(name);
  if (!latest.empty()) return ref(name, latest);
  make_private_directory(directory_ / name);
  const auto version = next_version(latest);
  const auto path = directory_ / name / (version + std::string(extension));
  if (!create_secret_file(path, to_pem(new_rsa_key(rsa_bits))))
    throw Error(Fault::exists, "this version of a managed root is there already");
  return ref(name, version);
}

RootKeyInfo ManagedRoots::get(const RootKeyRef& root) {
  RootKeyInfo info{with_version(root), "RSA", 0, true, {}, {}, {"wrapKey", "unwrapKey"}, ""};
  info.bits = static_cast<unsigned>(EVP_PKEY_get_bits(loaded(info.key)->rsa.get()));
  return info;
}

WrappedByRoot ManagedRoots::wrap_octets(const RootKeyRef& root, ByteView octets) {
  const auto exact = with_version(root);
  return {exact, oaep_encrypt(loaded(exact)->rsa, octets)};
}

SecretBytes ManagedRoots::unwrap_octets(const WrappedByRoot& wrapped, Patience) {
  auto octets = oaep_decrypt(loaded(wrapped.key)->rsa, wrapped.blob);
  if (!octets)
    throw RootError(RootVerdict::misconfigured, "BadParameter",
                    "a wrapped key does not open under " + wrapped.key.kid());
  return std::move(*octets);
}

RootKeyRef ManagedRoots::with_version(const RootKeyRef& root) const {
  return root.version().empty() ? ref(root.name(), latest_version(root.name())) : root;
}

std::string ManagedRoots::latest_version(const std::string& name) const {
  std::string latest;
  if (!fs::exists(directory_ / name)) return latest;
  for (const auto& entry : fs::directory_iterator(directory_ / name)) {
    const auto version = entry.path().stem().string();
    if (entry.path().extension() == extension && is_version(version))
      latest = std::max(latest, version);
  }
  return latest;
}

std::shared_ptr<const ManagedRoots::PrivateKey> ManagedRoots::loaded(const RootKeyRef& root) {
  const std::lock_guard lock(mutex_);
  if (const auto found = loaded_.find(root); found != loaded_.end()) return found->second;
  const auto file =
      root.vault() == managed_vault && is_version(root.version())
          ? read_secret_file(directory_ / root.name() / (root.version() + std::string(extension)))
          : std::nullopt;
  if (!file)
    throw RootError(RootVerdict::misconfigured, "KeyNotFound",
                    "the service holds no managed root " + root.kid());
  return loaded_[root] = std::make_shared<PrivateKey>(rsa_key_from_pem(*file));
}

}  // namespace crypto
