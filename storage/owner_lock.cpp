#include "storage/owner_lock.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "base/error.h"

namespace storage {
namespace {

std::string holder_of(int descriptor) {
  std::array<char, 32> text{};
  const auto size = pread(descriptor, text.data(), text.size() - 1, 0);
  std::string holder(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  return holder.substr(0, holder.find('\n'));
}

[[noreturn]] void fail(int descriptor, const std::filesystem::path& file, int error) {
  const auto holder = holder_of(descriptor);
  close(descriptor);
  if (error == EAGAIN || error == EACCES)
    throw Error(Fault::unavailable,
                file.string() + " is held by " +
                    (holder.empty() ? std::string("another process") : "process " + holder),
                "stop the other server, or give this one another data directory");
  throw Error(Fault::unavailable, "cannot lock " + file.string() + ": " + std::strerror(error));
}

}  // namespace

OwnerLock::OwnerLock(const std::filesystem::path& file)
    : descriptor_(open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
  if (descriptor_ < 0)
    throw Error(Fault::unavailable, "cannot open " + file.string() + ": " + std::strerror(errno));
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  // Of the open file, not of the process: a second open in this process is refused too.
  if (fcntl(descriptor_, F_OFD_SETLK, &lock) != 0) fail(descriptor_, file, errno);
  const auto holder = std::to_string(getpid()) + '\n';
  if (ftruncate(descriptor_, 0) != 0 ||
      pwrite(descriptor_, holder.data(), holder.size(), 0) != static_cast<ssize_t>(holder.size()))
    fail(descriptor_, file, errno);
}

OwnerLock::~OwnerLock() { close(descriptor_); }

bool is_owned(const std::filesystem::path& file) {
  const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return false;
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  const bool owned = fcntl(descriptor, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
  close(descriptor);
  return owned;
}

}  // namespace storage
