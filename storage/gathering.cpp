#include "storage/gathering.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "crypto/big_endian.h"

namespace storage {
namespace {

constexpr int frame_header_size = 24;
constexpr std::size_t most_gathered = 1 << 20;
constexpr std::size_t at_once = 1 << 16;  // the system's VFS takes less than 128 KiB
constexpr sqlite3_int64 most_ahead = 1 << 18;

struct Gathered {
  std::vector<std::uint8_t> octets;
  sqlite3_int64 at = 0;
  bool ends = false;  // its last frame, whose page is still to come, ends a transaction

  bool goes_on_at(sqlite3_int64 other) const {
    return !octets.empty() && at + static_cast<sqlite3_int64>(octets.size()) == other;
  }
  void add(const void* data, int size) {
    const auto* from = static_cast<const std::uint8_t*>(data);
    octets.insert(octets.end(), from, from + size);
  }
};

const sqlite3_io_methods* below = nullptr;  // of the system's VFS
int size_below = 0;

// Behind what the system's VFS keeps in the file.
Gathered*& gathered(sqlite3_file* file) {
  return *reinterpret_cast<Gathered**>(reinterpret_cast<char*>(file) + size_below);
}

// Where a log ends that has grown: zeros, which no frame looks like. So most transactions find
// their place in the file, and a sync has no new size and no new blocks to write beside them. Where
// there is no room for it, it goes without.
void grow_ahead(sqlite3_file* file, sqlite3_int64 end) {
  static constexpr std::array<std::uint8_t, at_once> zeros{};
  sqlite3_int64 size = 0;
  if (below->xFileSize(file, &size) != SQLITE_OK || size != end) return;
  for (const auto to = end + std::min(end, most_ahead); end < to;) {
    const auto some = std::min<sqlite3_int64>(to - end, at_once);
    if (below->xWrite(file, zeros.data(), static_cast<int>(some), end) != SQLITE_OK) return;
    end += some;
  }
}

int write_gathered(sqlite3_file* file) {
  auto& all = *gathered(file);
  if (all.octets.empty()) return SQLITE_OK;
  int code = SQLITE_OK;
  for (std::size_t done = 0; done < all.octets.size() && code == SQLITE_OK; done += at_once) {
    const auto size = std::min(at_once, all.octets.size() - done);
    code = below->xWrite(file, all.octets.data() + done, static_cast<int>(size),
                         all.at + static_cast<sqlite3_int64>(done));
  }
  const auto end = all.at + static_cast<sqlite3_int64>(all.octets.size());
  if (code == SQLITE_OK) grow_ahead(file, end);
  all.octets.clear();
  all.ends = false;
  return code;
}

// The number of pages after a transaction is in the header of its last frame (file format, 4.1).
bool ends_transaction(const void* data) {
  return crypto::load_big<std::uint32_t>(static_cast<const std::uint8_t*>(data) + 4) != 0;
}

int go_on(sqlite3_file* file, Gathered& all, const void* data, int size) {
  all.add(data, size);
  const bool ended = all.ends;
  all.ends = size == frame_header_size && ends_transaction(data);
  return ended || all.octets.size() >= most_gathered ? write_gathered(file) : SQLITE_OK;
}

// A header that ends a transaction is not held back alone: its page may have been written before.
int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 at) {
  auto& all = *gathered(file);
  if (all.goes_on_at(at)) return go_on(file, all, data, size);
  if (const int code = write_gathered(file); code != SQLITE_OK) return code;
  if (size != frame_header_size || ends_transaction(data))
    return below->xWrite(file, data, size, at);
  all.at = at;
  all.add(data, size);
  return SQLITE_OK;
}

int read(sqlite3_file* file, void* data, int size, sqlite3_int64 at) {
  const int code = write_gathered(file);
  return code == SQLITE_OK ? below->xRead(file, data, size, at) : code;
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
  const int code = write_gathered(file);
  return code == SQLITE_OK ? below->xTruncate(file, size) : code;
}

int sync(sqlite3_file* file, int flags) {
  const int code = write_gathered(file);
  return code == SQLITE_OK ? below->xSync(file, flags) : code;
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
  const int code = write_gathered(file);
  return code == SQLITE_OK ? below->xFileSize(file, size) : code;
}

// What no transaction has ended with is nothing.
int close(sqlite3_file* file) {
  delete gathered(file);
  gathered(file) = nullptr;
  return below->xClose(file);
}

// All files of one VFS have the same methods and sizes.
const sqlite3_io_methods* gathering(const sqlite3_io_methods* methods, int below_size) {
  static const sqlite3_io_methods copy = [&] {
    below = methods;
    size_below = below_size;
    auto changed = *methods;
    changed.xWrite = write;
    changed.xRead = read;
    changed.xTruncate = truncate;
    changed.xSync = sync;
    changed.xFileSize = file_size;
    changed.xClose = close;
    return changed;
  }();
  return methods == below ? &copy : nullptr;
}

}  // namespace

bool gather_frames(sqlite3_file* file, int below_size) {
  const auto* methods = gathering(file->pMethods, below_size);
  if (!methods) return false;
  gathered(file) = new Gathered;
  file->pMethods = methods;
  return true;
}

}  // namespace storage
