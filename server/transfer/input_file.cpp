#include "server/transfer/input_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/error.h"

namespace server::transfer {
namespace {

Fault fault_of(int error) {
  if (error == ENOENT || error == ENOTDIR) return Fault::not_found;
  if (error == EACCES || error == EPERM) return Fault::denied;
  if (error == ELOOP) return Fault::invalid;
  return Fault::unavailable;
}

[[noreturn]] void fail(int error) {
  if (error == ELOOP) throw Error(Fault::invalid, "it is a symbolic link");
  throw Error(fault_of(error), std::string("it cannot be read: ") + std::strerror(error));
}

}  // namespace

InputFile::InputFile(const std::filesystem::path& path, Links links)
    // O_NONBLOCK: opening a FIFO would wait for its other end.
    : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK |
                                           (links == Links::refuse ? O_NOFOLLOW : 0))) {
  if (descriptor_ < 0) fail(errno);
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(descriptor_);
    throw Error(Fault::invalid, "it is not a regular file");
  }
  size_ = static_cast<std::uint64_t>(status.st_size);
  modified_ = status.st_mtim.tv_sec;
}

InputFile::~InputFile() { ::close(descriptor_); }

std::size_t InputFile::read(char* into, std::size_t most) {
  while (true) {
    const auto count = ::read(descriptor_, into, most);
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) fail(errno);
  }
}

std::optional<std::string> InputFile::rest(std::uint64_t limit) {
  std::string octets;
  std::size_t room = std::min(size_, limit) + 1;  // one more shows the end
  while (true) {
    const auto had = octets.size();
    octets.resize(had + room);
    const auto count = read(octets.data() + had, room);
    octets.resize(had + count);
    if (count == 0) return octets;
    if (octets.size() > limit) return {};
    room = std::min<std::uint64_t>(64 * 1024, limit + 1 - octets.size());
  }
}

}  // namespace server::transfer
