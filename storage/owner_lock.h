#pragma once
// One process at a time: an exclusive lock on a file of its own, held as long as this lives and
// given back by the kernel when the process dies. Held before a database is opened.

#include <filesystem>

namespace storage {

class OwnerLock {
 public:
  // Throws unavailable when somebody holds it; the text names the file and the holder's pid.
  explicit OwnerLock(const std::filesystem::path& file);
  ~OwnerLock();
  OwnerLock(const OwnerLock&) = delete;
  OwnerLock& operator=(const OwnerLock&) = delete;

 private:
  int descriptor_;
};

// Whether a process holds it. Makes no file and takes no lock.
bool is_owned(const std::filesystem::path& file);

}  // namespace storage
