#include "tests/support/fake_roots.h"

namespace test_support {

using crypto::RootError;
using crypto::RootKeyInfo;
using crypto::RootKeyRef;
using crypto::RootVerdict;

namespace {

const std::string version = "0123456789abcdef0123456789abcdef";

void fail_as(FakeRoots::Mode mode) {
  if (mode == FakeRoots::Mode::denied)
    throw RootError(RootVerdict::denied, "403 Forbidden/KeyDisabled", "the key is disabled");
  if (mode == FakeRoots::Mode::transient)
    throw RootError(RootVerdict::transient, "timeout", "the vault does not answer");
  if (mode == FakeRoots::Mode::misconfigured)
    throw RootError(RootVerdict::misconfigured, "401 Unauthorized", "our token is not taken");
  if (mode == FakeRoots::Mode::unreadable)
    throw Error(Fault::corrupt, "the file of the token cannot be read");
}

}  // namespace

FakeRoots::FakeRoots() {
  vaults_[vault_a];
  vaults_[vault_b];
}

FakeRoots::Vault& FakeRoots::vault(const std::string& name) {
  const auto really = aliases_.find(name);
  const auto found = vaults_.find(really == aliases_.end() ? name : really->second);
  if (found == vaults_.end())
    throw RootError(RootVerdict::misconfigured, "unknown vault", "no vault " + name);
  return found->second;
}

RootKeyInfo& FakeRoots::key(const RootKeyRef& root) {
  auto& held = vault(root.vault());
  if (const auto found = held.keys.find(root.name()); found != held.keys.end()) {
    if (root.version().empty()) return found->second.back();
    for (auto& info : found->second)
      if (info.key.version() == root.version()) return info;
  }
  if (held.unknown_mode != Mode::denied) fail_as(held.unknown_mode);
  throw RootError(RootVerdict::denied, "404 KeyNotFound", "there is no such key");
}

RootKeyRef FakeRoots::add(const std::string& vault_name, const std::string& name) {
  const std::lock_guard lock(mutex_);
  const std::string kid = (vault_name == "managed://" ? vault_name : vault_name + "/keys/") + name;
  const RootKeyInfo info{.key = RootKeyRef(kid + "/" + version),
                         .type = "RSA",
                         .bits = 3072,
                         .enabled = true,
                         .not_before = {},
                         .expires = {},
                         .operations = {"wrapKey", "unwrapKey"},
                         .recovery_level = "Recoverable"};
  vaults_[vault_name].keys[name] = {info};
  return RootKeyRef(kid);
}

RootKeyInfo& FakeRoots::info(const RootKeyRef& root) { return key(root); }

RootKeyRef FakeRoots::rotate(const RootKeyRef& root) {
  const std::lock_guard lock(mutex_);
  auto& versions = vault(root.vault()).keys.at(root.name());
  auto next = versions.back();
  const auto kid = next.key.kid().substr(0, next.key.kid().rfind('/') + 1);
  next.key = RootKeyRef(kid + std::to_string(versions.size()) + version.substr(1));
  versions.push_back(next);
  return next.key;
}

void FakeRoots::lose(const RootKeyRef& root) {
  const std::lock_guard lock(mutex_);
  vault(root.vault()).keys.erase(root.name());
}

void FakeRoots::disable(const RootKeyRef& root) {
  const std::lock_guard lock(mutex_);
  auto& info = key(root);
  info.enabled = false;
  disabled_.insert(info.key);
}

RootKeyRef FakeRoots::copy(const RootKeyRef& root, const std::string& vault_name,
                           const std::string& name) {
  const auto made = add(vault_name, name);
  copies_.emplace(info(made).key, info(root).key);
  return made;
}

std::string FakeRoots::material(const RootKeyRef& root) {
  const auto& exact = key(root).key;
  if (disabled_.contains(exact)) fail_as(Mode::denied);
  const auto found = copies_.find(exact);
  return (found == copies_.end() ? exact : found->second).kid() + '\n';
}

void FakeRoots::steer(const std::string& name, Mode mode) {
  const std::lock_guard lock(mutex_);
  vault(name).mode = mode;
}

void FakeRoots::steer_wrap(const std::string& name, Mode mode) {
  const std::lock_guard lock(mutex_);
  vault(name).wrap_mode = mode;
}

void FakeRoots::steer_unknown(const std::string& name, Mode mode) {
  const std::lock_guard lock(mutex_);
  vault(name).unknown_mode = mode;
}

void FakeRoots::alias(const std::string& name, const std::string& is_really) {
  aliases_[name] = is_really;
}

std::size_t FakeRoots::unwraps(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  return vaults_.at(name).unwraps;
}

std::vector<std::string> FakeRoots::order() const {
  const std::lock_guard lock(mutex_);
  return order_;
}

void FakeRoots::hold() {
  const std::lock_guard lock(mutex_);
  held_ = true;
}

void FakeRoots::release() {
  const std::lock_guard lock(mutex_);
  held_ = false;
  changed_.notify_all();
}

void FakeRoots::wait_until_held(std::size_t callers) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return standing_ >= callers; });
}

RootKeyInfo FakeRoots::get(const RootKeyRef& root) {
  const std::lock_guard lock(mutex_);
  fail_as(vault(root.vault()).mode);
  return key(root);
}

crypto::WrappedByRoot FakeRoots::wrap_octets(const RootKeyRef& root, ByteView octets) {
  const std::lock_guard lock(mutex_);
  fail_as(vault(root.vault()).wrap_mode);
  auto blob = copy_of(bytes_of(material(root)));
  blob.insert(blob.end(), octets.begin(), octets.end());
  return {key(root).key, blob};
}

crypto::SecretBytes FakeRoots::unwrap_octets(const crypto::WrappedByRoot& wrapped,
                                             crypto::Patience) {
  std::unique_lock lock(mutex_);
  auto& asked = vault(wrapped.key.vault());
  ++asked.unwraps;
  order_.push_back(wrapped.key.vault());
  ++standing_;
  changed_.notify_all();
  changed_.wait(lock, [&] { return !held_; });
  --standing_;
  fail_as(asked.mode);
  const auto head = material(wrapped.key);
  if (!text_of(wrapped.blob).starts_with(head))
    throw RootError(RootVerdict::misconfigured, "400 BadParameter", "not a wrap of this key");
  crypto::SecretBytes octets(wrapped.blob.begin() + static_cast<std::ptrdiff_t>(head.size()),
                             wrapped.blob.end());
  if (asked.mode == Mode::garbage) octets.back() ^= 1;
  return octets;
}

}  // namespace test_support
