#pragma once
// Files as the vault keeps them: replaced whole or not at all, for its owner only.

#include <filesystem>
#include <string>

#include "base/bytes.h"
#include "server/vault/secret.h"

namespace vault {

using Path = std::filesystem::path;

// Throws not_found, too_big (over 32 MiB), unavailable.
std::string read_file(const Path&);
// Its first line. Throws invalid too: others than its owner may use the file, or it is empty.
Secret read_secret_file(const Path&);

// The new content, durable when this returns, or the old one: a temporary file beside it, fsync,
// rename, fsync of the directory. Mode 0600. Throws unavailable.
void replace_file(const Path&, ByteView content);

// A directory (mode 0700) and its name in its parent, durable. Fine if it is there.
void make_directory(const Path&);

// The same directory under another name, durable. Throws unavailable; also when `to` has content.
void move_directory(const Path& from, const Path& to);

// Overwritten once, then removed, durable. Fine if it is not there.
void destroy_file(const Path&);

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
