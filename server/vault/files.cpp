#include "server/vault/files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/error.h"

namespace vault {
namespace {

constexpr std::size_t file_limit = 32 * 1024 * 1024;
constexpr std::string_view leftover_mark = ".new";

[[noreturn]] void fail(std::string_view what, const Path& path) {
  throw Error(Fault::unavailable,
              "cannot " + std::string(what) + ' ' + path.string() + ": " + std::strerror(errno));
}

class File {
 public:
  File(const Path& path, int flags) : file_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  ~File() {
    if (file_ >= 0) ::close(file_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  operator int() const { return file_; }

 private:
  int file_;
};

void sync_directory(const Path& path) {
  const File directory(path, O_RDONLY | O_DIRECTORY);
  if (directory < 0 || ::fsync(directory) != 0) fail("sync", path);
}

void write_all(const File& file, ByteView content, const Path& path) {
  while (!content.empty()) {
    const auto written = ::write(file, content.data(), content.size());
    if (written < 0 && errno != EINTR) fail("write", path);
    if (written > 0) content = content.subspan(static_cast<std::size_t>(written));
  }
}

}  // namespace

std::string read_file(const Path& path) {
  const File file(path, O_RDONLY);
  if (file < 0 && errno == ENOENT) throw Error(Fault::not_found, "there is no " + path.string());
  if (file < 0) fail("read", path);
  std::string content;
  char piece[4096];
  for (ssize_t size; (size = ::read(file, piece, sizeof piece)) != 0;) {
    if (size < 0) fail("read", path);
    content.append(piece, static_cast<std::size_t>(size));
    if (content.size() > file_limit) throw Error(Fault::too_big, path.string() + " is too long");
  }
  return content;
}

Secret read_secret_file(const Path& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) == 0 && (found.st_mode & 077) != 0)
    throw Error(Fault::invalid, "others than its owner may use " + path.string(),
                "chmod go= " + path.string());
  auto content = read_file(path);
  const auto end =
      content.begin() + static_cast<long>(std::min(content.find_first_of("\r\n"), content.size()));
  Secret secret(content.begin(), end);
  OPENSSL_cleanse(content.data(), content.size());
  if (secret.empty()) throw Error(Fault::invalid, path.string() + " is empty");
  return secret;
}

void replace_file(const Path& path, ByteView content) {
  auto fresh = path;
  fresh += leftover_mark;
  {
    const File file(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW);
    if (file < 0) fail("write", fresh);
    if (::fchmod(file, 0600) != 0) fail("set the mode of", fresh);
    write_all(file, content, fresh);
    if (::fsync(file) != 0) fail("sync", fresh);
  }
  if (::rename(fresh.c_str(), path.c_str()) != 0) fail("replace", path);
  sync_directory(path.parent_path());
}

void make_directory(const Path& path) {
  if (::mkdir(path.c_str(), 0700) != 0) {
    if (errno != EEXIST || !std::filesystem::is_directory(path)) fail("make", path);
    return;
  }
  const auto parent = path.parent_path();
  sync_directory(parent.empty() ? Path(".") : parent);
}

void move_directory(const Path& from, const Path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) fail("move", from);
  sync_directory(to.parent_path());
  if (from.parent_path() != to.parent_path()) sync_directory(from.parent_path());
}

void destroy_file(const Path& path) {
  {
    const File file(path, O_WRONLY | O_NOFOLLOW);
    if (file < 0 && errno == ENOENT) return;
    struct stat found {};
    if (file < 0 || ::fstat(file, &found) != 0) fail("destroy", path);
    const Bytes zeros(static_cast<std::size_t>(found.st_size));
    write_all(file, zeros, path);
    if (::fsync(file) != 0) fail("sync", path);
  }
  if (::unlink(path.c_str()) != 0) fail("remove", path);
  sync_directory(path.parent_path());
}

bool is_leftover(const Path& path) { return path.extension() == leftover_mark; }

FileLock::FileLock(const Path& path)
    : file_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
  if (file_ < 0) fail("open", path);
  if (::flock(file_, LOCK_EX | LOCK_NB) == 0) return;
  ::close(file_);
  throw Error(Fault::exists, "another sealvault uses this directory");
}

FileLock::~FileLock() { ::close(file_); }

}  // namespace vault
