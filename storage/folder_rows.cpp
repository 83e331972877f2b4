#include "storage/folder_rows.h"

#include "storage/folder_records.h"
#include "storage/mailbox_root.h"

namespace storage {

void remove_folder_rows(Connection& connection, FolderId folder) {
  for (const auto* sql : {"delete from folder_block where id between ? and ?",
                          "delete from list_block where id between ? and ?"})
    connection.run(sql, first_block(folder), last_block(folder));
  connection.run("delete from versions where id = ?", list_row(folder));
  connection.run("delete from folder where id = ?", folder.value);
}

}  // namespace storage
