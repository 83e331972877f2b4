#include "server/vault/store.h"

#include <algorithm>

#include "base/error.h"
#include "server/vault/key_file.h"

namespace vault {
namespace {

constexpr std::size_t key_limit = 10'000;
constexpr std::size_t version_limit = 500;
constexpr std::size_t version_octets = 16;
constexpr std::string_view extension = ".key";

std::string place_of(std::string_view lower_name, std::string_view version) {
  return "sealvault/key/" + std::string(lower_name) + '/' + std::string(version);
}

Properties merged(Properties properties, const Change& change) {
  if (change.enabled) properties.enabled = *change.enabled;
  if (change.not_before) properties.not_before = change.not_before;
  if (change.expires) properties.expires = change.expires;
  if (change.operations) properties.operations = *change.operations;
  if (change.tags) properties.tags = *change.tags;
  if (properties.not_before && properties.expires && *properties.expires <= *properties.not_before)
    throw Error(Fault::invalid, "exp is not after nbf");
  return properties;
}

}  // namespace

Store::Store(Path directory, MasterKey master, KeyBackend& backend, const Clock& clock)
    : directory_(std::move(directory)),
      master_(std::move(master)),
      backend_(backend),
      clock_(clock) {
  make_directory(directory_);
  for (const auto& name : std::filesystem::directory_iterator(directory_))
    for (const auto& file : std::filesystem::directory_iterator(name)) {
      if (is_leftover(file))
        std::filesystem::remove(file);
      else
        load(file);
    }
  for (auto& [name, versions] : keys_) std::ranges::sort(versions, {}, &KeyVersion::number);
}

void Store::load(const Path& file) {
  const auto name = file.parent_path().filename().string();
  const auto place = place_of(name, file.stem().string());
  try {
    const auto plain = master_.unseal(bytes_of(read_file(file)), place);
    keys_[name].push_back(std::make_shared<const KeyVersion>(decode(plain, backend_)));
  } catch (const Error& error) {
    throw Error(error.fault(), file.string() + ": " + error.what(),
                "restore this file from a backup of the vault's directory");
  }
}

void Store::write(const KeyVersion& key) const {
  const auto name = lower_case(key.name);
  make_directory(directory_ / name);
  const auto file = directory_ / name / (key.version + std::string(extension));
  replace_file(file, master_.seal(encode(key), place_of(name, key.version)));
}

void Store::publish(KeySnapshot key) {
  const std::unique_lock lock(memory_);
  auto& versions = keys_[lower_case(key->name)];
  const auto old = std::ranges::find(versions, key->version, &KeyVersion::version);
  if (old == versions.end())
    versions.push_back(std::move(key));
  else
    *old = std::move(key);
}

KeySnapshot Store::create(std::string_view name, unsigned bits, const Properties& properties) {
  const auto version = to_hex(random_octets(version_octets));
  auto pair = backend_.make({lower_case(name), version}, bits);  // takes long; before the lock
  const std::lock_guard lock(writing_);
  const auto earlier = versions(name);
  if (earlier.size() >= version_limit) throw Error(Fault::limit, "a key has at most 500 versions");
  if (earlier.empty() && latest().size() >= key_limit)
    throw Error(Fault::limit, "a vault has at most 10000 keys");
  const auto now = clock_.now();
  const auto& kept_name = earlier.empty() ? std::string(name) : earlier.front()->name;
  const auto number = earlier.empty() ? 1 : earlier.back()->number + 1;
  const auto key = std::make_shared<const KeyVersion>(
      KeyVersion{kept_name, version, number, now, now, properties, std::move(pair)});
  write(*key);
  publish(key);
  return key;
}

KeySnapshot Store::change(std::string_view name, std::string_view version, const Change& change) {
  const std::lock_guard lock(writing_);
  const auto old = find(name, version);
  if (!old) throw Error(Fault::not_found, "no such key or version");
  auto fresh = *old;
  fresh.properties = merged(old->properties, change);
  fresh.updated = clock_.now();
  const auto key = std::make_shared<const KeyVersion>(std::move(fresh));
  write(*key);
  publish(key);
  return key;
}

KeySnapshot Store::find(std::string_view name, std::string_view version) const {
  const std::shared_lock lock(memory_);
  const auto found = keys_.find(lower_case(name));
  if (found == keys_.end()) return nullptr;
  const auto& all = found->second;
  if (version.empty()) return all.back();
  const auto one = std::ranges::find(all, version, &KeyVersion::version);
  return one == all.end() ? nullptr : *one;
}

std::vector<KeySnapshot> Store::latest() const {
  const std::shared_lock lock(memory_);
  std::vector<KeySnapshot> out;
  for (const auto& [name, versions] : keys_) out.push_back(versions.back());
  return out;
}

std::vector<KeySnapshot> Store::versions(std::string_view name) const {
  const std::shared_lock lock(memory_);
  const auto found = keys_.find(lower_case(name));
  return found == keys_.end() ? std::vector<KeySnapshot>{} : found->second;
}

}  // namespace vault
