#include "crypto/service_keys.h"

#include <openssl/sha.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "crypto/big_endian.h"
#include "crypto/secret_file.h"

namespace crypto {

namespace fs = std::filesystem;

// The stored form of one key: FORMAT.md section 8.
class ServiceKeyFile {
 public:
  enum class Type : std::uint8_t { directory = 1, availability = 2, signing = 3 };

  ServiceKeyFile(fs::path path, Type type, std::int64_t id)
      : path_(std::move(path)), type_(type), id_(id) {}

  template <class Level>
  [[nodiscard]] bool create(const Key<Level>& key) const {
    return create_secret_file(path_, encoded(key.raw({})));
  }

  template <class Level>
  std::optional<Key<Level>> find() const {
    const auto file = read_secret_file(path_);
    if (!file) return std::nullopt;
    const auto raw =
        ByteView(*file).size() == size ? ByteView(*file).subspan(header, key_size) : ByteView{};
    if (raw.empty() || !std::ranges::equal(encoded(raw), *file))
      throw Error(Fault::corrupt, path_.string() + " is damaged or another key's file",
                  "restore it from the backup of the service keys");
    return Key<Level>(raw, {});
  }

 private:
  static constexpr std::string_view magic = "sealkey\x01";  // the last octet is the version
  static constexpr std::size_t header = magic.size() + 1 + 8;
  static constexpr std::size_t size = header + key_size + SHA256_DIGEST_LENGTH;

  SecretBytes encoded(ByteView raw) const {
    SecretBytes out(size);
    std::ranges::copy(magic, out.begin());
    out[magic.size()] = static_cast<std::uint8_t>(type_);
    store_big(&out[magic.size() + 1], static_cast<std::uint64_t>(id_));
    std::ranges::copy(raw, out.begin() + header);
    SHA256(out.data(), header + key_size, out.data() + header + key_size);
    return out;
  }

  fs::path path_;
  Type type_;
  std::int64_t id_;
};

namespace {

// The one key of its level, made by whoever comes first.
template <class Level>
Key<Level> found_or_made(const ServiceKeyFile& file, const std::string& name) {
  if (auto key = file.find<Level>()) return std::move(*key);
  auto key = Key<Level>::generate();
  if (file.create(key)) return key;
  if (auto others = file.find<Level>()) return std::move(*others);
  throw Error(Fault::unavailable, name + " went away while it was made");
}

std::string availability_name(DepId dep) { return "availability-" + std::to_string(dep.value); }

fs::path availability_path(const fs::path& directory, DepId dep, std::uint32_t generation) {
  const auto suffix = generation == 1 ? "" : "-" + std::to_string(generation);
  return directory / (availability_name(dep) + suffix + ".key");
}

ServiceKeyFile availability_file(const fs::path& directory, DepId dep, std::uint32_t generation) {
  return {availability_path(directory, dep, generation), ServiceKeyFile::Type::availability,
          dep.value};
}

// Of any generation, finished or not: availability-ID.key, availability-ID-2.key.new, ...
bool is_availability_file(const std::string& name, DepId dep) {
  const auto own = availability_name(dep);
  return name.starts_with(own + ".") || name.starts_with(own + "-");
}

bool within(const fs::path& inner, const fs::path& outer) {
  const auto relative = fs::weakly_canonical(inner).lexically_relative(fs::weakly_canonical(outer));
  return !relative.empty() && *relative.begin() != "..";
}

}  // namespace

ServiceKeys::ServiceKeys(const fs::path& directory, const fs::path& data)
    : directory_(fs::absolute(directory).lexically_normal()) {
  if (within(directory_, fs::absolute(data)))
    throw Error(Fault::invalid, "the service keys may not lie inside the data directory",
                "name another directory with --service-keys");
  make_private_directory(directory_);
}

DirectoryKey ServiceKeys::directory_key() {
  return found_or_made<DirectoryLevel>(
      {directory_ / "directory.key", ServiceKeyFile::Type::directory, 0}, "the directory key");
}

SigningKey ServiceKeys::signing_key() {
  return found_or_made<SigningLevel>({directory_ / "signing.key", ServiceKeyFile::Type::signing, 0},
                                     "the signing key");
}

AvailabilityKey ServiceKeys::make_availability_key(DepId dep, std::uint32_t generation) {
  auto key = AvailabilityKey::generate();
  if (!availability_file(directory_, dep, generation).create(key))
    throw Error(Fault::exists, "there is an availability key for this policy already");
  return key;
}

std::optional<AvailabilityKey> ServiceKeys::find_availability_key(DepId dep,
                                                                  std::uint32_t generation) {
  return availability_file(directory_, dep, generation).find<AvailabilityLevel>();
}

void ServiceKeys::destroy_availability_key(DepId dep, std::uint32_t generation) {
  destroy_secret_file(availability_path(directory_, dep, generation));
}

void ServiceKeys::destroy_availability_keys(DepId dep) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(directory_))
    if (is_availability_file(entry.path().filename().string(), dep)) files.push_back(entry.path());
  for (const auto& file : files) destroy_secret_file(file);
}

}  // namespace crypto
