#pragma once
// Files as the vault keeps them: replaced whole or not at all, for its owner only.

#include <filesystem>
#include <string>

#include "base/bytes.h"

namespace vault {

using Path = std::filesystem::path;

// Throws not_found, too_big (over 1 MiB), unavailable.
std::string read_file(const Path&);

// The new content, durable when this returns, or the old one: a temporary file beside it, fsync,
// rename, fsync of the directory. Mode 0600. Throws unavailable.
void replace_file(const Path&, ByteView content);

// A directory (mode 0700) and its name in its parent, durable. Fine if it is there.
void make_directory(const Path&);

// What replace_file leaves behind if the process dies in it.
bool is_leftover(const Path&);

// Held by one process at a time, until destroyed or the process ends. Throws exists.
class FileLock {
 public:
  explicit FileLock(const Path&);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int file_;
};

}  // namespace vault
