#include "server/vault/store.h"

#include <algorithm>
#include <list>

#include "base/error.h"
#include "server/vault/refusal.h"

namespace vault {
namespace {

constexpr std::size_t key_limit = 10'000;
constexpr std::size_t version_limit = 500;
constexpr std::size_t version_octets = 16;
constexpr UnixTime day = 86'400;

Properties as_latest(const KeyVersion& latest, const std::optional<RotationPolicy>& policy,
                     UnixTime now) {
  auto properties = latest.properties;
  properties.enabled = true;
  properties.not_before.reset();
  properties.expires.reset();
  if (policy && policy->expiry) properties.expires = policy->expiry->after(now);
  return properties;
}

}  // namespace

Store::Store(Path directory, MasterKey master, KeyBackend& backend, const Clock& clock,
             Recovery recovery)
    : backend_(backend),
      files_(std::move(directory), std::move(master), backend),
      clock_(clock),
      recovery_(recovery) {
  for (auto& [name, key] : files_.load()) keys_.emplace(name, std::move(key));
}

void Store::put(const std::string& name, Key key) {
  auto fresh = std::make_shared<const Key>(std::move(key));
  const std::unique_lock lock(memory_);
  keys_[name] = std::move(fresh);
}

std::shared_ptr<const Key> Store::any_key(std::string_view name) const {
  const std::shared_lock lock(memory_);
  const auto found = keys_.find(lower_case(name));
  return found == keys_.end() ? nullptr : found->second;
}

// The key that gets one more version; null when it is the first.
std::shared_ptr<const Key> Store::free_for(const KeyId& id) const {
  auto key = any_key(id.name);
  if (key && key->state.deleted) throw name_in_use();
  if (key && key->versions.size() >= version_limit)
    throw Error(Fault::limit, "a key has at most 500 versions");
  const std::shared_lock lock(memory_);
  if (!key && keys_.size() >= key_limit)
    throw Error(Fault::limit, "a vault has at most 10000 keys");
  return key;
}

KeySnapshot Store::add(std::string_view name, const std::function<Properties(UnixTime)>& said,
                       const std::function<HeldKey(const KeyId&)>& make) {
  const KeyId id{lower_case(name), to_hex(random_octets(version_octets))};
  free_for(id);
  const KeyFiles::Making making(files_, id);
  auto held = make(id);  // takes long; before the lock
  const std::lock_guard lock(writing_);
  const auto earlier = free_for(id);
  const auto now = clock_.now();
  auto key = earlier ? *earlier : Key{};
  const auto number = earlier ? key.versions.back()->number + 1 : 1;
  const auto kept_name = earlier ? key.versions.front()->name : std::string(name);
  const auto version = std::make_shared<const KeyVersion>(
      KeyVersion{kept_name, id.version, number, now, now, said(now), std::move(held)});
  files_.write(*version);
  key.versions.push_back(version);
  put(id.name, std::move(key));
  return version;
}

KeySnapshot Store::create(std::string_view name, unsigned bits, const Properties& properties) {
  return add(
      name, [&](UnixTime) { return properties; },
      [&](const KeyId& id) { return backend_.make(id, bits); });
}

KeySnapshot Store::import(std::string_view name, ByteView pkcs8, const Properties& properties) {
  return add(
      name, [&](UnixTime) { return properties; },
      [&](const KeyId& id) { return backend_.import(id, pkcs8); });
}

KeySnapshot Store::rotate(std::string_view name) {
  const auto key = find_key(name);
  if (!key) throw no_such_key();
  const auto& latest = *key->versions.back();
  return add(
      name, [&](UnixTime now) { return as_latest(latest, key->state.rotation, now); },
      [&](const KeyId& id) { return backend_.make(id, latest.held->public_part().bits()); });
}

KeySnapshot Store::change(std::string_view name, std::string_view version, const Change& change) {
  const std::lock_guard lock(writing_);
  const auto found = find_key(name);
  const auto old = find(name, version);
  if (!found || !old) throw no_such_key();
  auto fresh = *old;
  fresh.properties = merged(old->properties, change);
  fresh.updated = clock_.now();
  const auto changed = std::make_shared<const KeyVersion>(std::move(fresh));
  files_.write(*changed);
  auto key = *found;
  std::ranges::replace(key.versions, old, changed);
  put(lower_case(name), std::move(key));
  return changed;
}

void Store::set_state(const std::string& name, const Key& old, KeyState state) {
  files_.write_state(name, state);
  put(name, {std::move(state), old.versions});
}

RotationPolicy Store::set_rotation(std::string_view name, RotationPolicy policy) {
  const std::lock_guard lock(writing_);
  const auto key = find_key(name);
  if (!key) throw no_such_key();
  if (key->state.rotation) policy.created = key->state.rotation->created;
  set_state(lower_case(name), *key, {{}, policy});
  return policy;
}

DeletedKey Store::remove(std::string_view name) {
  const std::lock_guard lock(writing_);
  const auto key = find_key(name);
  if (!key) throw no_such_key();
  const auto now = clock_.now();
  const Deletion deletion{now, now + recovery_.days * day};
  set_state(lower_case(name), *key, {deletion, key->state.rotation});
  return {key->versions.back(), deletion};
}

KeySnapshot Store::recover(std::string_view name) {
  const std::lock_guard lock(writing_);
  deleted_key(name);
  const auto key = any_key(name);
  set_state(lower_case(name), *key, {{}, key->state.rotation});
  return key->versions.back();
}

void Store::purge_now(const std::string& name) {
  files_.purge(name);
  const std::unique_lock memory(memory_);
  keys_.erase(name);
}

void Store::purge(std::string_view name) {
  const std::lock_guard lock(writing_);
  deleted_key(name);
  if (recovery_.purge_protected) throw purge_is_forbidden();
  purge_now(lower_case(name));
}

std::vector<std::string> Store::purge_due() {
  const std::lock_guard lock(writing_);
  files_.finish();
  std::vector<std::string> names;
  for (const auto& key : deleted())
    if (key.deletion.purge_at <= clock_.now()) names.push_back(key.latest->name);
  for (const auto& name : names) purge_now(lower_case(name));
  return names;
}

Bytes Store::backup(std::string_view name) const {
  const auto key = find_key(name);
  if (!key) throw no_such_key();
  return files_.seal_backup(*key);
}

KeySnapshot Store::restore(ByteView blob) {
  const auto only_read = [](const KeyId&, ByteView) { return HeldKey(); };
  const auto opened = [&](const Holder& holder) {
    try {
      return files_.open_backup(blob, holder);
    } catch (const Error& error) {
      if (error.fault() == Fault::corrupt)
        throw bad_parameter("This is not a backup of this vault, or it was altered.");
      throw;
    }
  };
  const std::lock_guard lock(writing_);
  const auto contained = opened(only_read);
  const auto name = lower_case(contained.versions.front()->name);
  if (const auto key = any_key(name)) {
    if (key->state.deleted) throw name_in_use();
    throw Refusal(409, "Conflict", "There is a key of this name already.");
  }
  std::list<KeyFiles::Making> making;
  for (const auto& version : contained.versions)
    making.emplace_back(files_, KeyId{name, version->version});
  auto key = opened([&](const KeyId& id, ByteView pkcs8) { return backend_.import(id, pkcs8); });
  files_.restore(key);
  const auto latest = key.versions.back();
  put(name, std::move(key));
  return latest;
}

std::shared_ptr<const Key> Store::find_key(std::string_view name) const {
  auto key = any_key(name);
  return key && key->state.deleted ? nullptr : key;
}

KeySnapshot Store::find(std::string_view name, std::string_view version) const {
  const auto key = find_key(name);
  if (!key) return nullptr;
  if (version.empty()) return key->versions.back();
  const auto one = std::ranges::find_if(
      key->versions, [&](const KeySnapshot& each) { return each->version == version; });
  return one == key->versions.end() ? nullptr : *one;
}

std::vector<KeySnapshot> Store::latest() const {
  const std::shared_lock lock(memory_);
  std::vector<KeySnapshot> out;
  for (const auto& [name, key] : keys_)
    if (!key->state.deleted) out.push_back(key->versions.back());
  return out;
}

std::vector<KeySnapshot> Store::versions(std::string_view name) const {
  const auto key = find_key(name);
  return key ? key->versions : std::vector<KeySnapshot>{};
}

RotationPolicy Store::rotation(std::string_view name) const {
  const auto key = find_key(name);
  if (!key) throw no_such_key();
  return key->state.rotation.value_or(default_rotation_policy());
}

DeletedKey Store::deleted_key(std::string_view name) const {
  const auto key = any_key(name);
  if (!key || !key->state.deleted)
    throw Refusal(404, "KeyNotFound", "There is no deleted key of this name.");
  return {key->versions.back(), *key->state.deleted};
}

std::vector<KeySnapshot> Store::due(LifetimeAction::Type type) const {
  std::vector<KeySnapshot> out;
  for (const auto& key : latest()) {
    if (!key->properties.enabled) continue;
    const auto time = rotation(key->name).due(type, key->created, key->properties.expires);
    if (time && *time <= clock_.now()) out.push_back(key);
  }
  return out;
}

std::vector<DeletedKey> Store::deleted() const {
  const std::shared_lock lock(memory_);
  std::vector<DeletedKey> out;
  for (const auto& [name, key] : keys_)
    if (key->state.deleted) out.push_back({key->versions.back(), *key->state.deleted});
  return out;
}

}  // namespace vault
