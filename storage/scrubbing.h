#pragma once
// What lies between the cells of a page stays out of database files. Where SQLite rebuilds a page,
// copies of cells that moved to another page stay in the gap before its cells, secure_delete or not
// (reference: storage, 1.7); the rows are deleted later, the copies are not. Pages are written with
// that gap zeroed, which means nothing to SQLite.

#include <cstdint>
#include <span>

struct sqlite3_file;

namespace storage {

// Writes the pages of an open database file so. False: it has other methods than the first one had.
bool scrub_pages(sqlite3_file*);

// The gap of a b-tree page, page `number` of a file; empty when it is no such page. `pages` of the
// file: in very big ones a page of another kind may begin like one, and is left alone.
std::span<std::uint8_t> gap_of(std::span<std::uint8_t> page, std::int64_t number,
                               std::int64_t pages);

}  // namespace storage
