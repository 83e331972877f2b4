#pragma once
// SQLite, as this module uses it: connections that one thread uses at a time, statements prepared
// once and bound by position. Every failure is an Error: exists (a unique column), corrupt (not a
// database, a damaged page), unavailable (disk, lock).

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/bytes.h"
#include "base/error.h"

struct sqlite3;
struct sqlite3_stmt;

namespace storage {

// For a lock of another connection; the short one where what has to wait is rather put off.
inline constexpr int busy_timeout_ms = 10'000;
inline constexpr int short_busy_timeout_ms = 50;

class SqliteError : public Error {
 public:
  SqliteError(Fault fault, int code, const std::string& text, const std::string& hint)
      : Error(fault, text, hint), code_(code) {}
  int code() const { return code_; }  // SQLite's primary result code
  bool lost_disk() const;             // what is on the disk is not known any more

 private:
  int code_;
};

struct Statement {
  sqlite3_stmt* handle = nullptr;
  bool in_use = false;
};

// A statement being run. Blobs and texts bound to it must outlive it; what it returns lives until
// the next step. Gives its statement back for the next use when it goes.
class Query {
 public:
  explicit Query(Statement& statement);
  ~Query();
  Query(Query&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}
  Query& operator=(Query&&) = delete;

  void bind(int place, std::int64_t);
  void bind(int place, ByteView);
  void bind(int place, std::string_view);
  void bind(int place, std::optional<std::int64_t>);

  bool next();  // true: there is a row
  std::int64_t integer(int column) const;
  std::optional<std::int64_t> optional_integer(int column) const;
  ByteView blob(int column) const;
  std::string text(int column) const;
  int columns() const;
  // These columns with their types: what a digest of a row is made of (crypto/FORMAT.md section
  // 13).
  Bytes encoded(int first, int end) const;

 private:
  void check(int code) const;
  Statement* statement_;
};

class Connection {
 public:
  // write: makes the file if it is not there and sets it up (reference: storage, section 6). cache:
  // likewise, for what can be made again: commits do not wait for the disk, and rows are bigger.
  enum class Mode { write, read, cache };
  Connection(const std::filesystem::path& file, Mode);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // `sql` must be a literal: it is the key of the prepared statement.
  template <class... Values>
  Query query(std::string_view sql, const Values&... values) {
    Query query(statement(sql));
    [[maybe_unused]] int place = 0;
    (query.bind(++place, values), ...);
    return query;
  }
  template <class... Values>
  void run(std::string_view sql, const Values&... values) {
    auto running = query(sql, values...);
    while (running.next()) {
    }
  }
  // The first column of the first row; nothing when there is no row or it is null.
  template <class... Values>
  std::optional<std::int64_t> number(std::string_view sql, const Values&... values) {
    auto running = query(sql, values...);
    if (!running.next()) return std::nullopt;
    return running.optional_integer(0);
  }

  void script(const std::string& sql);  // several statements, nothing bound
  std::int64_t last_id() const;
  std::int64_t changed() const;  // rows changed by the last statement
  bool in_transaction() const;
  std::int64_t page_size();
  sqlite3* handle() { return handle_; }

 private:
  Statement& statement(std::string_view sql);
  void set_up(Mode);

  sqlite3* handle_ = nullptr;
  std::unordered_map<std::string_view, Statement> statements_;
};

// Commits when commit() is called, rolls back when it is not.
class SqlTransaction {
 public:
  enum class Kind { deferred, immediate };
  SqlTransaction(Connection&, Kind);
  ~SqlTransaction();
  SqlTransaction(const SqlTransaction&) = delete;
  SqlTransaction& operator=(const SqlTransaction&) = delete;
  void commit();

 private:
  Connection& connection_;
};

}  // namespace storage
