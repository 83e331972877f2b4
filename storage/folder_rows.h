#pragma once
// The rows of a folder, in an operation of the writer.

#include "base/ids.h"
#include "storage/sqlite.h"

namespace storage {

void remove_folder_rows(Connection&, FolderId);

}  // namespace storage
