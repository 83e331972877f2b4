#pragma once
// A file of somebody's mail, read by whoever runs the command, perhaps root: only regular files,
// and below the path that was asked for no symbolic links, so that a mail user who owns the files
// cannot have others read for them.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/clock.h"

namespace server::transfer {

enum class Links { follow, refuse };

class InputFile {
 public:
  // Throws not_found, denied, invalid (no regular file, a link), unavailable.
  InputFile(const std::filesystem::path&, Links);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  std::uint64_t size() const { return size_; }
  UnixTime modified() const { return modified_; }
  std::size_t read(char* into, std::size_t most);  // 0 at the end; throws unavailable
  // Up to the end; none when there are more than `limit` octets.
  std::optional<std::string> rest(std::uint64_t limit);

 private:
  int descriptor_;
  std::uint64_t size_ = 0;
  UnixTime modified_ = 0;
};

}  // namespace server::transfer
