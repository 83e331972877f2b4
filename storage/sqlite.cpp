#include "storage/sqlite.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <utility>

#include "storage/vfs.h"

namespace storage {
namespace {

// One that the schema has, and the file has not: SQLite has no code for it.
bool lacks_table(int code, std::string_view message) {
  return (code & 0xff) == SQLITE_ERROR && message.starts_with("no such table");
}

Fault fault_of(int extended) {
  if (extended == SQLITE_CONSTRAINT_UNIQUE || extended == SQLITE_CONSTRAINT_PRIMARYKEY)
    return Fault::exists;
  switch (extended & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_MISMATCH:
      return Fault::corrupt;
    default:
      return Fault::unavailable;
  }
}

std::string hint_for(int code) {
  switch (code & 0xff) {
    case SQLITE_FULL:
      return "free some space on its file system";
    case SQLITE_IOERR:
      return "look at its disk and the space there";
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return "the user that the server runs as must own this file and its directory";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return "restore this file from a backup";
    default:
      return "";
  }
}

[[noreturn]] void fail(sqlite3* handle, int code) {
  const int extended = sqlite3_extended_errcode(handle);
  const char* file = sqlite3_db_filename(handle, "main");
  const std::string message = sqlite3_errmsg(handle);
  const bool damaged = lacks_table(code, message);
  throw SqliteError(damaged ? Fault::corrupt : fault_of(extended), code & 0xff,
                    fmt::format("{}: {}", file ? file : "SQLite", message),
                    hint_for(damaged ? SQLITE_CORRUPT : code));
}

// SQLite counts its memory, which nobody asks for, under one lock for all connections. In a process
// where somebody else has begun to use SQLite it goes on doing so.
void leave_memory_uncounted() {
  [[maybe_unused]] static const int once = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

}  // namespace

bool SqliteError::lost_disk() const { return code_ == SQLITE_IOERR || code_ == SQLITE_READONLY; }

Query::Query(Statement& statement) : statement_(&statement) { statement.in_use = true; }

Query::~Query() {
  if (!statement_) return;
  sqlite3_reset(statement_->handle);
  sqlite3_clear_bindings(statement_->handle);
  statement_->in_use = false;
}

void Query::check(int code) const {
  if (code != SQLITE_OK) fail(sqlite3_db_handle(statement_->handle), code);
}

void Query::bind(int place, std::int64_t value) {
  check(sqlite3_bind_int64(statement_->handle, place, value));
}

void Query::bind(int place, ByteView value) {
  // A null pointer would bind NULL, not an empty blob.
  const void* data = value.empty() ? static_cast<const void*>("") : value.data();
  check(sqlite3_bind_blob64(statement_->handle, place, data, value.size(), SQLITE_STATIC));
}

void Query::bind(int place, std::string_view value) {
  const char* data = value.empty() ? "" : value.data();
  check(sqlite3_bind_text64(statement_->handle, place, data, value.size(), SQLITE_STATIC,
                            SQLITE_UTF8));
}

void Query::bind(int place, std::optional<std::int64_t> value) {
  if (value) return bind(place, *value);
  check(sqlite3_bind_null(statement_->handle, place));
}

bool Query::next() {
  const int code = sqlite3_step(statement_->handle);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  fail(sqlite3_db_handle(statement_->handle), code);
}

std::int64_t Query::integer(int column) const {
  return sqlite3_column_int64(statement_->handle, column);
}

std::optional<std::int64_t> Query::optional_integer(int column) const {
  if (sqlite3_column_type(statement_->handle, column) == SQLITE_NULL) return std::nullopt;
  return integer(column);
}

ByteView Query::blob(int column) const {
  const auto* data = sqlite3_column_blob(statement_->handle, column);
  const auto size = sqlite3_column_bytes(statement_->handle, column);
  return {static_cast<const std::uint8_t*>(data), static_cast<std::size_t>(size)};
}

std::string Query::text(int column) const { return std::string(text_of(blob(column))); }

int Query::columns() const { return sqlite3_column_count(statement_->handle); }

Bytes Query::encoded(int first, int end) const {
  Bytes row;
  const auto number = [&](std::uint64_t value) {
    for (int shift = 56; shift >= 0; shift -= 8)
      row.push_back(static_cast<std::uint8_t>(value >> shift));
  };
  for (int column = first; column < end; ++column) {
    const int type = sqlite3_column_type(statement_->handle, column);
    row.push_back(static_cast<std::uint8_t>(type));
    if (type == SQLITE_NULL) continue;
    if (type == SQLITE_INTEGER) {
      number(static_cast<std::uint64_t>(integer(column)));
      continue;
    }
    const auto value = blob(column);
    number(value.size());
    row.insert(row.end(), value.begin(), value.end());
  }
  return row;
}

Connection::Connection(const std::filesystem::path& file, Mode mode) {
  leave_memory_uncounted();
  const int flags =
      SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_READWRITE | (mode == Mode::read ? 0 : SQLITE_OPEN_CREATE);
  const int code = sqlite3_open_v2(file.c_str(), &handle_, flags, vfs_name());
  if (code != SQLITE_OK) {
    sqlite3_close_v2(std::exchange(handle_, nullptr));
    throw SqliteError(fault_of(code), code & 0xff,
                      "cannot open " + file.string() + ": " + sqlite3_errstr(code), hint_for(code));
  }
  try {
    set_up(mode);
  } catch (...) {
    sqlite3_close_v2(handle_);
    throw;
  }
}

void Connection::set_up(Mode mode) {
  sqlite3_extended_result_codes(handle_, 1);
  sqlite3_busy_timeout(handle_, busy_timeout_ms);
  script("pragma trusted_schema=off; pragma temp_store=memory; pragma mmap_size=0;");
  if (mode == Mode::read) {
    script("pragma query_only=on; pragma cache_size=-4096;");
    return;
  }
  // The page size and auto_vacuum take effect only before the first table. Small pages, for a
  // delivery changes a little in a dozen of them.
  script(mode == Mode::cache ? "pragma page_size=16384;" : "pragma page_size=4096;");
  script(
      "pragma auto_vacuum=incremental; pragma journal_mode=wal;"
      "pragma synchronous=full; pragma secure_delete=on; pragma cache_size=-16384;"
      "pragma journal_size_limit=67108864; pragma foreign_keys=off;");
  if (mode == Mode::cache) script("pragma synchronous=normal;");
}

Connection::~Connection() {
  for (auto& [sql, statement] : statements_) sqlite3_finalize(statement.handle);
  sqlite3_close_v2(handle_);
}

Statement& Connection::statement(std::string_view sql) {
  auto& found = statements_[sql];
  if (found.in_use) throw Error(Fault::unavailable, "a statement was used within itself");
  if (!found.handle) {
    const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &found.handle, nullptr);
    if (code != SQLITE_OK) fail(handle_, code);
  }
  return found;
}

void Connection::script(const std::string& sql) {
  const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(handle_, code);
}

std::int64_t Connection::last_id() const { return sqlite3_last_insert_rowid(handle_); }
std::int64_t Connection::changed() const { return sqlite3_changes64(handle_); }
bool Connection::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

std::int64_t Connection::page_size() { return number("pragma page_size").value(); }

SqlTransaction::SqlTransaction(Connection& connection, Kind kind) : connection_(connection) {
  if (kind == Kind::immediate) {
    connection_.run("begin immediate");
  } else {
    connection_.run("begin deferred");
  }
}

SqlTransaction::~SqlTransaction() {
  if (!connection_.in_transaction()) return;
  try {
    connection_.run("rollback");
  } catch (const Error&) {  // SQLite rolls back by itself when this connection goes
  }
}

void SqlTransaction::commit() { connection_.run("commit"); }

}  // namespace storage
