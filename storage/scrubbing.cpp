#include "storage/scrubbing.h"

#include <sqlite3.h>

#include <algorithm>
#include <vector>

namespace storage {
namespace {

constexpr std::int64_t first_page_head = 100;  // the header of the file is before it
constexpr std::size_t smallest_page = 512;
constexpr unsigned index_interior = 2, table_interior = 5, index_leaf = 10, table_leaf = 13;

std::size_t two_octets(std::span<const std::uint8_t> page, std::size_t at) {
  return static_cast<std::size_t>(page[at] << 8 | page[at + 1]);
}

// Pages of pointers of auto_vacuum, at fixed places (SQLite's file format, section 1.8).
bool is_pointer_map(std::int64_t number, std::size_t size) {
  return number >= 2 && (number - 2) % (static_cast<std::int64_t>(size) / 5 + 1) == 0;
}

bool is_btree(unsigned first) {
  return first == index_interior || first == table_interior || first == index_leaf ||
         first == table_leaf;
}

// Pages of other kinds begin with the number of a page, of four octets.
bool begins_as_btree(unsigned first, std::int64_t pages) {
  return is_btree(first) && std::int64_t{first} << 24 > 2 * pages;
}

const sqlite3_io_methods* below = nullptr;  // of the system's VFS

int write_scrubbed(sqlite3_file* file, const void* data, int size, sqlite3_int64 at) {
  const auto length = static_cast<std::size_t>(size);
  const auto* from = static_cast<const std::uint8_t*>(data);
  const bool has_gap = at == 0 || (length > 0 && is_btree(from[0]));
  if (length < smallest_page || at % size != 0 || !has_gap)
    return below->xWrite(file, data, size, at);
  sqlite3_int64 octets = 0;
  if (const int code = below->xFileSize(file, &octets); code != SQLITE_OK) return code;
  thread_local std::vector<std::uint8_t> page;
  page.assign(from, from + length);
  std::ranges::fill(gap_of(page, at / size + 1, octets / size), std::uint8_t{0});
  return below->xWrite(file, page.data(), size, at);
}

// All files of the system's VFS have the same methods; a copy of them writes in its own way. Null
// for others.
const sqlite3_io_methods* scrubbing(const sqlite3_io_methods* methods) {
  static const sqlite3_io_methods copy = [&] {
    below = methods;
    auto changed = *methods;
    changed.xWrite = write_scrubbed;
    return changed;
  }();
  return methods == below ? &copy : nullptr;
}

}  // namespace

std::span<std::uint8_t> gap_of(std::span<std::uint8_t> page, std::int64_t number,
                               std::int64_t pages) {
  const std::size_t head = number == 1 ? first_page_head : 0;
  const unsigned first = page[head];
  if (is_pointer_map(number, page.size()) || !begins_as_btree(first, number == 1 ? 0 : pages))
    return {};
  const bool leaf = first == table_leaf || first == index_leaf;
  const auto begin = head + (leaf ? 8 : 12) + 2 * two_octets(page, head + 3);
  const auto content = two_octets(page, head + 5);
  if (begin > content || content > page.size()) return {};
  return page.subspan(begin, content - begin);
}

bool scrub_pages(sqlite3_file* file) {
  const auto* methods = scrubbing(file->pMethods);
  if (methods) file->pMethods = methods;
  return methods != nullptr;
}

}  // namespace storage
