#pragma once
// How SQLite gets at database files: as the system's VFS does, but pages are written without what
// lies between their cells (scrubbing.h), and the frames of a transaction at once (gathering.h).

namespace storage {

// For sqlite3_open_v2. Registered with the first call.
const char* vfs_name();

}  // namespace storage
