#pragma once
// A copy of a data directory's databases in a private temporary directory, removed at the end: what
// is looked at is never written to.

#include <filesystem>

namespace server::lab {

class PrivateCopy {
 public:
  explicit PrivateCopy(const std::filesystem::path& data);  // throws unavailable
  ~PrivateCopy();
  PrivateCopy(const PrivateCopy&) = delete;
  PrivateCopy& operator=(const PrivateCopy&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace server::lab
