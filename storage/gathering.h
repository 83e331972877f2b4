#pragma once
// SQLite writes each frame of its write-ahead log in two small writes; a delivery has a dozen
// frames. Here the frames of a transaction are held back in memory and written at once: before the
// frame that ends it has been taken, before a sync and before anything else is done with the file.
// Nobody sees a frame sooner than that (SQLite's file format, section 4: readers wait for the index
// of the log). A log that grows is made longer than it has to be, by zeros: a sync that has no new
// size to write is done sooner, with less work.

#include <cstddef>

struct sqlite3_file;

namespace storage {

// Octets that a file needs behind the `below` octets of the VFS that opened it.
constexpr std::size_t gathering_size = sizeof(void*);

// The open file of a write-ahead log, used by one thread at a time. False: it has other methods
// than the first one had.
bool gather_frames(sqlite3_file*, int below);

}  // namespace storage
