#include "server/vault/key_files.h"

#include <algorithm>

#include "base/error.h"
#include "base/log.h"
#include "server/vault/key_file.h"

namespace vault {
namespace {

namespace filesystem = std::filesystem;

constexpr std::string_view extension = ".key";
constexpr const char* state_file = "state";
constexpr const char* making = ".making";
constexpr const char* restoring = ".restoring";
constexpr const char* purged = ".purged";
constexpr std::string_view backup_place = "sealvault/backup";

std::string place_of(const KeyId& id) { return "sealvault/key/" + id.name + '/' + id.version; }
std::string state_place(const std::string& name) { return "sealvault/state/" + name; }
KeyId id_of(const KeyVersion& version) { return {lower_case(version.name), version.version}; }

std::vector<Path> entries_of(const Path& directory) {
  if (!filesystem::exists(directory)) return {};
  return {filesystem::directory_iterator(directory), filesystem::directory_iterator()};
}

[[noreturn]] void rethrow_with(const Path& file, const Error& error) {
  throw Error(error.fault(), file.string() + ": " + error.what(),
              "restore this file from a backup of the vault's directory");
}

}  // namespace

KeyFiles::KeyFiles(Path directory, MasterKey master, KeyBackend& backend)
    : directory_(std::move(directory)), master_(std::move(master)), backend_(backend) {}

std::map<std::string, std::shared_ptr<const Key>> KeyFiles::load() const {
  make_directory(directory_);
  filesystem::remove_all(directory_ / restoring);
  settle_all();
  finish_purges();
  std::map<std::string, std::shared_ptr<const Key>> keys;
  for (const auto& path : entries_of(directory_)) {
    const auto name = path.filename().string();
    if (name.starts_with('.')) continue;
    auto key = key_in(path);
    // An empty directory is what a first version leaves that was never written.
    if (!key.versions.empty()) keys[name] = std::make_shared<const Key>(std::move(key));
  }
  return keys;
}

Key KeyFiles::key_in(const Path& directory) const {
  Key key;
  for (const auto& file : entries_of(directory)) {
    if (is_leftover(file))
      filesystem::remove(file);
    else if (file.extension() == extension)
      key.versions.push_back(std::make_shared<const KeyVersion>(version_in(file)));
  }
  std::ranges::sort(key.versions, {}, [](const KeySnapshot& version) { return version->number; });
  const auto state = directory / state_file;
  if (!filesystem::exists(state)) return key;
  try {
    const auto place = state_place(directory.filename().string());
    key.state = decode_state(master_.unseal(bytes_of(read_file(state)), place));
  } catch (const Error& error) {
    rethrow_with(state, error);
  }
  return key;
}

KeyVersion KeyFiles::version_in(const Path& file) const try {
  const KeyId id{file.parent_path().filename().string(), file.stem().string()};
  const auto plain = master_.unseal(bytes_of(read_file(file)), place_of(id));
  return decode_version(plain,
                        [&](const KeyId& of, ByteView kept) { return backend_.open(of, kept); });
} catch (const Error& error) {
  rethrow_with(file, error);
}

Path KeyFiles::file_of(const KeyId& id) const {
  return directory_ / id.name / (id.version + std::string(extension));
}

void KeyFiles::write_to(const Path& directory, const KeyVersion& version) const {
  const auto file = directory / (version.version + std::string(extension));
  const auto plain = encode(version, version.held->kept());
  replace_file(file, master_.seal(plain, place_of(id_of(version))));
}

void KeyFiles::write_state_to(const Path& directory, const std::string& name,
                              const KeyState& state) const {
  const auto plain = encode(state);
  replace_file(directory / state_file, master_.seal(bytes_of(plain), state_place(name)));
}

void KeyFiles::write(const KeyVersion& version) const {
  const auto directory = directory_ / lower_case(version.name);
  make_directory(directory);
  write_to(directory, version);
}

void KeyFiles::write_state(const std::string& name, const KeyState& state) const {
  write_state_to(directory_ / name, name, state);
}

void KeyFiles::restore(const Key& key) const {
  const auto name = lower_case(key.versions.front()->name);
  filesystem::remove_all(directory_ / restoring);
  make_directory(directory_ / restoring);
  const auto fresh = directory_ / restoring / name;
  make_directory(fresh);
  for (const auto& version : key.versions) write_to(fresh, *version);
  write_state_to(fresh, name, key.state);
  move_directory(fresh, directory_ / name);
}

void KeyFiles::purge(const std::string& name) const {
  make_directory(directory_ / purged);
  const auto away = directory_ / purged / (name + '.' + to_hex(random_octets(8)));
  move_directory(directory_ / name, away);
  finish_purges();
}

void KeyFiles::finish() const {
  const bool pending =
      !entries_of(directory_ / making).empty() || !entries_of(directory_ / purged).empty();
  if (!pending || !backend_.reachable()) return;
  settle_all();
  finish_purges();
}

void KeyFiles::finish_purges() const {
  for (const auto& path : entries_of(directory_ / purged)) {
    try {
      destroy(path);
    } catch (const Error& error) {
      logging::error("a purged key cannot be destroyed yet",
                     {{"key", path.stem().string()}, {"text", error.what()}});
    }
  }
}

void KeyFiles::destroy(const Path& path) const {
  for (const auto& file : entries_of(path)) {
    if (file.extension() == extension)
      backend_.destroy({path.stem().string(), file.stem().string()});
    destroy_file(file);
  }
  filesystem::remove(path);
}

Path KeyFiles::note_of(const KeyId& id) const {
  return directory_ / making / (id.name + '.' + id.version);
}

KeyFiles::Making::Making(const KeyFiles& files, KeyId id) : files_(files), id_(std::move(id)) {
  if (!files_.backend_.holds_outside()) return;
  make_directory(files_.directory_ / making);
  files_.now_making(id_, Now::begins);
  try {
    replace_file(files_.note_of(id_),
                 files_.master_.seal({}, "sealvault/making/" + id_.name + '/' + id_.version));
  } catch (const Error&) {
    files_.now_making(id_, Now::over);
    throw;
  }
}

KeyFiles::Making::~Making() {
  files_.settle(id_);
  files_.now_making(id_, Now::over);
}

void KeyFiles::now_making(const KeyId& id, Now now) const {
  const std::lock_guard lock(mutex_);
  if (now == Now::begins)
    making_.insert(note_of(id));
  else
    making_.erase(note_of(id));
}

bool KeyFiles::is_making(const Path& note) const {
  const std::lock_guard lock(mutex_);
  return making_.contains(is_leftover(note) ? Path(note).replace_extension() : note);
}

// Of a key made outside, after its making: the version's file decides whether it stays.
void KeyFiles::settle(const KeyId& id) const try {
  const auto note = note_of(id);
  if (!filesystem::exists(note)) return;
  master_.unseal(bytes_of(read_file(note)), "sealvault/making/" + id.name + '/' + id.version);
  if (!filesystem::exists(file_of(id))) backend_.destroy(id);
  filesystem::remove(note);  // as it is: one that is half overwritten would never be settled
} catch (const std::exception& error) {
  logging::error("cannot settle a key in the making",
                 {{"key", id.name + '/' + id.version}, {"text", error.what()}});
}

void KeyFiles::settle_all() const {
  for (const auto& note : entries_of(directory_ / making)) {
    if (is_making(note)) continue;
    if (is_leftover(note))
      filesystem::remove(note);
    else
      settle({note.stem().string(), note.extension().string().substr(1)});
  }
}

Bytes KeyFiles::seal_backup(const Key& key) const {
  return master_.seal(encode_backup(key), backup_place);
}

Key KeyFiles::open_backup(ByteView blob, const Holder& holder) const {
  return decode_backup(master_.unseal(blob, backup_place), holder);
}

}  // namespace vault
