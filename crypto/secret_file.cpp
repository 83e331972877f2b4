#include "crypto/secret_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/error.h"

namespace crypto {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void failed(const std::string& what, const fs::path& path) {
  const auto reason = std::generic_category().message(errno);
  throw Error(Fault::unavailable, "cannot " + what + " " + path.string() + ": " + reason);
}

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (open()) close(descriptor_);
  }
  bool open() const { return descriptor_ >= 0; }
  int operator()() const { return descriptor_; }

 private:
  int descriptor_;
};

void refuse_shared(const struct stat& found, const fs::path& path) {
  if ((found.st_mode & 077) == 0) return;
  throw Error(Fault::invalid, "others than its owner may use " + path.string(),
              "chmod go= " + path.string());
}

void write_all(const File& file, ByteView bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const auto count = write(file(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) failed("write", path);
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  if (fsync(file()) != 0) failed("write", path);
}

void sync_directory(const fs::path& path) {
  const File directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.open() || fsync(directory()) != 0) failed("write", path);
}

// Removed again on every way out; the finished file has a second name by then.
class TemporaryFile {
 public:
  explicit TemporaryFile(const fs::path& beside)
      : path_(beside.string() + "." + to_hex(random_bytes(8)) + ".new"),
        file_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) {
    if (!file_.open()) failed("create", path_);
  }
  ~TemporaryFile() { unlink(path_.c_str()); }

  const fs::path& path() const { return path_; }
  const File& file() const { return file_; }

 private:
  fs::path path_;
  File file_;
};

}  // namespace

void make_private_directory(const fs::path& path) {
  if (path.has_parent_path()) fs::create_directories(path.parent_path());
  const bool made = mkdir(path.c_str(), 0700) == 0;
  if (!made && errno != EEXIST) failed("create", path);
  struct stat found;
  if (stat(path.c_str(), &found) != 0) failed("read", path);
  if (!S_ISDIR(found.st_mode)) throw Error(Fault::invalid, path.string() + " is not a directory");
  refuse_shared(found, path);
  if (made && path.has_parent_path()) sync_directory(path.parent_path());
}

std::optional<SecretBytes> read_secret_file(const fs::path& path) {
  const File file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  if (!file.open() && errno == ENOENT) return std::nullopt;
  if (!file.open()) failed("open", path);
  struct stat found;
  if (fstat(file(), &found) != 0) failed("read", path);
  refuse_shared(found, path);
  if (!S_ISREG(found.st_mode) || static_cast<std::size_t>(found.st_size) > secret_file_limit)
    throw Error(Fault::corrupt, path.string() + " is not a key file");
  SecretBytes bytes(static_cast<std::size_t>(found.st_size));
  std::size_t have = 0;
  while (have < bytes.size()) {
    const auto count = read(file(), bytes.data() + have, bytes.size() - have);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) failed("read", path);
    have += static_cast<std::size_t>(count);
  }
  return bytes;
}

bool create_secret_file(const fs::path& path, ByteView bytes) {
  const TemporaryFile temporary(path);
  write_all(temporary.file(), bytes, temporary.path());
  // Unlike rename(2), link(2) never replaces: of two that create, one wins and both know.
  if (link(temporary.path().c_str(), path.c_str()) != 0) {
    if (errno == EEXIST) return false;
    failed("create", path);
  }
  sync_directory(path.parent_path());
  return true;
}

void destroy_secret_file(const fs::path& path) {
  const File file(::open(path.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file.open() && errno == ENOENT) return;
  struct stat found;
  if (!file.open() || fstat(file(), &found) != 0) failed("open", path);
  write_all(file, Bytes(static_cast<std::size_t>(found.st_size)), path);
  if (unlink(path.c_str()) != 0) failed("remove", path);
  sync_directory(path.parent_path());
}

}  // namespace crypto
