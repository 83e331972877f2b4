#pragma once
// A schema as numbered steps: step n brings a database from user_version n-1 to n. Steps are only
// ever added.

#include <span>
#include <string>
#include <string_view>

#include "storage/sqlite.h"

namespace storage {

// The schemas, compiled in from schema/<name>/NNN_*.sql.
std::span<const std::string_view> mail_schema();
std::span<const std::string_view> directory_schema();
std::span<const std::string_view> audit_schema();
std::span<const std::string_view> spool_schema();
std::span<const std::string_view> anchors_schema();
std::span<const std::string_view> ledger_schema();
std::span<const std::string_view> search_schema();

// What kind of database a file is, in SQLite's application_id.
enum class FileKind : std::int32_t {
  mail = 0x53454d4c,       // "SEML"
  directory = 0x53454449,  // "SEDI"
  audit = 0x53454155,      // "SEAU"
  spool = 0x53455350,      // "SESP"
  anchors = 0x5345414e,    // "SEAN"
  ledger = 0x53454c47,     // "SELG"
  search = 0x53455345,     // "SESE"
};

// Each step is one transaction. Throws invalid, changing nothing, when the file is of a newer
// version than the last step or is another program's, and corrupt when it has a trigger or a view
// that the steps do not make, or a step is due and the tables are not those of the version it says;
// `name` is for the text.
void migrate(Connection&, FileKind, std::span<const std::string_view> steps,
             const std::string& name);

// For a reader, which changes nothing: throws invalid unless the last step has been done,
// and corrupt as above.
void require_migrated(Connection&, FileKind, std::span<const std::string_view> steps,
                      const std::string& name);

}  // namespace storage
