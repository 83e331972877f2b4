#include "storage/audit_checkpoint.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/error.h"
#include "crypto/secret_file.h"
#include "crypto/signature.h"
#include "storage/codec.h"

namespace storage {
namespace {

constexpr std::string_view magic = "sealaud\x01";  // the last octet is the version
constexpr std::string_view purpose = "audit checkpoint";
constexpr std::size_t head_size = 32;
constexpr std::size_t signed_size = 8 + 8 + 8 + 8 + head_size;
constexpr std::size_t stored_size = signed_size + crypto::signature_size;
constexpr std::size_t place_size = 512;  // a disk writes that much whole
constexpr std::size_t places = 2;

[[noreturn]] void failed(const std::filesystem::path& path) {
  throw Error(Fault::unavailable,
              "cannot write " + path.string() + ": " + std::generic_category().message(errno));
}

class File {
 public:
  explicit File(const std::filesystem::path& path)
      : path_(path),
        descriptor_(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)) {
    if (descriptor_ < 0) failed(path);
  }
  ~File() { ::close(descriptor_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  void write(ByteView bytes, std::size_t at) const {
    const auto count = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (count != static_cast<ssize_t>(bytes.size()) || ::fdatasync(descriptor_) != 0) failed(path_);
  }

 private:
  std::filesystem::path path_;
  int descriptor_;
};

Bytes signed_part(const AuditCheckpoint& checkpoint) {
  Encoder to;
  for (const auto octet : bytes_of(magic)) to.number(octet);
  to.number(checkpoint.generation);
  to.number(checkpoint.count);
  to.number(checkpoint.time);
  auto part = to.take();
  part.insert(part.end(), checkpoint.head.begin(), checkpoint.head.end());
  return part;
}

}  // namespace

void AuditCheckpoint::sign(const crypto::SigningKey& key) {
  signature = crypto::Signature::of(key, purpose, signed_part(*this));
}

Bytes AuditCheckpoint::stored() const {
  auto stored = signed_part(*this);
  stored.insert(stored.end(), signature.begin(), signature.end());
  return stored;
}

std::optional<AuditCheckpoint> AuditCheckpoint::checked(ByteView stored, ByteView public_key) {
  if (stored.size() != stored_size || !text_of(stored).starts_with(magic)) return std::nullopt;
  const auto value = stored.first(signed_size);
  if (!crypto::Signature::holds(public_key, purpose, value, stored.subspan(signed_size)))
    return std::nullopt;
  Decoder from(value.subspan(magic.size()));
  AuditCheckpoint checkpoint;
  checkpoint.generation = from.number<std::uint64_t>();
  checkpoint.count = from.number<std::int64_t>();
  checkpoint.time = from.number<UnixTime>();
  checkpoint.head = copy_of(value.last(head_size));
  checkpoint.signature = copy_of(stored.subspan(signed_size));
  return checkpoint;
}

std::string word_of(ByteView stored) { return to_base64url(stored); }

Bytes stored_of(std::string_view word) {
  auto stored = from_base64url(word);
  if (stored.size() != stored_size) throw Error(Fault::invalid, "that is no checkpoint");
  return stored;
}

std::optional<AuditCheckpoint> AuditCheckpointFile::read(ByteView public_key) const {
  const auto file = crypto::read_secret_file(path_);
  std::optional<AuditCheckpoint> latest;
  for (std::size_t place = 0; file && place < places; ++place) {
    if (file->size() < place * place_size + stored_size) break;
    const auto found = AuditCheckpoint::checked(
        ByteView(*file).subspan(place * place_size, stored_size), public_key);
    if (found && (!latest || found->generation > latest->generation)) latest = found;
  }
  return latest;
}

void AuditCheckpointFile::write(const AuditCheckpoint& checkpoint) const {
  const bool fresh = !std::filesystem::exists(path_);
  File(path_).write(checkpoint.stored(), checkpoint.generation % places * place_size);
  if (!fresh) return;
  const int directory = ::open(path_.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = directory >= 0 && ::fsync(directory) == 0;
  if (directory >= 0) ::close(directory);
  if (!synced) failed(path_);
}

}  // namespace storage
