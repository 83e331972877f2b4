#include "storage/vfs.h"

#include <sqlite3.h>

#include "base/error.h"
#include "storage/gathering.h"
#include "storage/scrubbing.h"

namespace storage {
namespace {

sqlite3_vfs* system_vfs = nullptr;

bool changed(sqlite3_file* file, int flags) {
  if ((flags & SQLITE_OPEN_MAIN_DB) != 0) return scrub_pages(file);
  if ((flags & SQLITE_OPEN_WAL) != 0) return gather_frames(file, system_vfs->szOsFile);
  return true;
}

int open_changed(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* given) {
  const int code = system_vfs->xOpen(system_vfs, name, file, flags, given);
  if (code != SQLITE_OK || changed(file, flags)) return code;
  file->pMethods->xClose(file);
  file->pMethods = nullptr;
  return SQLITE_CANTOPEN;
}

}  // namespace

const char* vfs_name() {
  static sqlite3_vfs vfs = [] {
    system_vfs = sqlite3_vfs_find(nullptr);
    if (!system_vfs) throw Error(Fault::unavailable, "SQLite has no VFS");
    auto copy = *system_vfs;
    copy.szOsFile += gathering_size;
    copy.pNext = nullptr;
    copy.zName = "sealpost";
    copy.xOpen = open_changed;
    return copy;
  }();
  static const int registered = sqlite3_vfs_register(&vfs, 0);
  if (registered != SQLITE_OK) throw Error(Fault::unavailable, "SQLite takes no VFS");
  return vfs.zName;
}

}  // namespace storage
