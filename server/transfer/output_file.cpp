#include "server/transfer/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/error.h"

namespace server::transfer {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& what, int error) {
  const auto text = what + ": " + std::strerror(error);
  if (error == EEXIST) throw Error(Fault::exists, text, "export into a new directory");
  if (error == EACCES || error == EPERM || error == EROFS)
    throw Error(Fault::denied, text, "run the command as a user who may write there");
  if (error == ENOSPC || error == EDQUOT)
    throw Error(Fault::unavailable, text, "make room, remove what was written, and begin again");
  throw Error(Fault::unavailable, text);
}

}  // namespace

OutputFile::OutputFile(const fs::path& path)
    : descriptor_(
          ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)) {
  if (descriptor_ < 0) fail(path.string() + " cannot be made", errno);
}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void OutputFile::write(std::string_view text) {
  while (!text.empty()) {
    const auto count = ::write(descriptor_, text.data(), text.size());
    if (count >= 0)
      text.remove_prefix(static_cast<std::size_t>(count));
    else if (errno != EINTR)
      fail("the file cannot be written", errno);
  }
}

void OutputFile::set_modified(UnixTime time) {
  const timespec times[2] = {{0, UTIME_OMIT}, {static_cast<time_t>(time), 0}};
  // Some file systems keep no such times: the mail is there all the same.
  if (::futimens(descriptor_, times) != 0 && errno != EINVAL && errno != EOPNOTSUPP)
    fail("the file's time cannot be set", errno);
}

void OutputFile::close() {
  const int descriptor = std::exchange(descriptor_, -1);
  if (::close(descriptor) != 0) fail("the file cannot be written", errno);
}

void make_directories(const fs::path& path) {
  if (path.empty() || ::mkdir(path.c_str(), 0700) == 0) return;
  const int error = errno;
  struct stat status {};
  if (error == EEXIST && ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) return;
  if (error != ENOENT || path.parent_path() == path) fail(path.string() + " cannot be made", error);
  make_directories(path.parent_path());
  if (::mkdir(path.c_str(), 0700) != 0) fail(path.string() + " cannot be made", errno);
}

}  // namespace server::transfer
