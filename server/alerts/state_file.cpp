#include "server/alerts/state_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

#include "base/error.h"
#include "server/alerts/alert_json.h"

namespace server::alerts {

namespace {

constexpr std::uintmax_t size_limit = 4 << 20;

[[noreturn]] void failed(const std::filesystem::path& path) {
  throw Error(Fault::unavailable,
              "cannot write " + path.string() + ": " + std::generic_category().message(errno));
}

class File {
 public:
  File(const std::filesystem::path& path, int flags)
      : path_(path), descriptor_(::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0600)) {
    if (descriptor_ < 0) failed(path);
  }
  ~File() { ::close(descriptor_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  void write(std::string_view text) const {
    while (!text.empty()) {
      const auto count = ::write(descriptor_, text.data(), text.size());
      if (count < 0) failed(path_);
      text.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  void sync() const {
    if (::fsync(descriptor_) != 0) failed(path_);
  }

 private:
  const std::filesystem::path& path_;
  const int descriptor_;
};

}  // namespace

policy::AlertState StateFile::load() {
  std::error_code failure;
  const auto size = std::filesystem::file_size(path_, failure);
  if (failure == std::errc::no_such_file_or_directory) return {};
  std::ifstream in(path_, std::ios::binary);
  if (failure || !in || size > size_limit)
    throw Error(Fault::corrupt, path_.string() + " cannot be read");
  return restored(std::string(std::istreambuf_iterator<char>(in), {}));
}

void StateFile::save(const policy::AlertState& state) {
  const std::filesystem::path fresh = path_.string() + ".new";
  {
    const File file(fresh, O_WRONLY | O_CREAT | O_TRUNC);
    file.write(stored(state));
    file.sync();
  }
  if (::rename(fresh.c_str(), path_.c_str()) != 0) failed(path_);
  const auto parent = path_.parent_path();
  File(parent, O_RDONLY | O_DIRECTORY).sync();
}

}  // namespace server::alerts
