#pragma once
// One row of a mailbox database, altered at random as somebody could who has the files and no key.

#include <filesystem>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "storage/sqlite.h"

namespace storage_test {

struct Table {
  const char *name, *key;
  std::vector<const char*> blobs, integers;
};

inline const std::vector<Table> tables = {
    {"mailbox", "id", {"tree"}, {"epoch"}},
    {"root", "mailbox", {"d"}, {"generation", "filed"}},
    {"versions", "id", {"d"}, {}},
    {"folder", "id", {"state"}, {"mailbox"}},
    {"folder_block", "id", {"d"}, {"id"}},
    {"list_block", "id", {"d"}, {"id"}},
    {"message", "id", {}, {"mailbox", "chunks", "refs"}},
    {"message_key", "message", {"wrapped"}, {"epoch"}},
    {"derived", "message", {"summary", "header", "body"}, {}},
    {"body", "id", {"d"}, {"id"}},
    {"delivery_key", "mailbox", {"wrapped"}, {"epoch"}},
    {"arrival", "id", {"ephemeral"}, {"mailbox", "state", "chunks"}},
    {"arrival_body", "id", {"d"}, {"id"}},
    {"annotation", "id", {"d"}, {"mailbox", "folder"}},
    {"sqlite_sequence", "name", {}, {"seq"}},
    {"unfinished", "message", {}, {}},
};

class Mutation {
 private:
  template <class Values>
  const auto& one_of(const Values& values) {
    return values[random_() % values.size()];
  }

 public:
  using Files = std::vector<std::filesystem::path>;  // store.db of two databases

  Mutation(std::mt19937& random, Files today, Files yesterday)
      : random_(random), files_(std::move(today)), old_files_(std::move(yesterday)) {}

  std::string apply() {
    const auto& table = one_of(tables);
    const auto database = random_() % 2;
    storage::Connection connection(files_[database], storage::Connection::Mode::write);
    connection.script("attach '" + old_files_[database].string() + "' as old; attach '" +
                      files_[1 - database].string() + "' as other");
    const auto sql = statement(table, connection);
    try {
      connection.script(sql);
    } catch (const Error&) {  // such a row cannot be
      return "nothing: " + sql;
    }
    return sql;
  }

 private:
  std::string row_of(const Table& table, const std::string& schema = "main") {
    return "(select " + std::string(table.key) + " from " + schema + "." + table.name +
           " order by rowid limit 1 offset (select " + std::to_string(random_() % 100'000) +
           " % max(count(*), 1) from " + schema + "." + table.name + "))";
  }

  std::string statement(const Table& table, storage::Connection& connection) {
    const std::string name = table.name;
    if (name == "unfinished")
      return "insert into unfinished select " + row_of(tables[6]) + ", " +
             std::to_string(random_() % 3 + 1);
    const auto how = random_() % 7;
    if (table.blobs.empty() || how == 6) return integer(table, connection);
    if (how == 5) return rolled_back(table);
    const std::string column = one_of(table.blobs);
    const auto set = "update " + name + " set " + column + " = ";
    const auto where = " where " + std::string(table.key) + " = ";
    switch (how) {
      case 0:
        return set + "substr(" + column + ", 1, length(" + column + ") - " +
               std::to_string(random_() % 40 + 1) + ")" + where + row_of(table);
      case 1:
        return flipped(table, column, connection);
      case 2: {  // of another row, table or database
        const auto& from = blob_table();
        return set + "coalesce((select " + one_of(from.blobs) + " from " +
               (random_() % 2 ? "main." : "other.") + from.name +
               " order by rowid limit 1 offset " + std::to_string(random_() % 20) + "), x'')" +
               where + row_of(table);
      }
      case 3:
        return swapped(table, column);
      default:
        return "delete from " + name + where + row_of(table);
    }
  }

  const Table& blob_table() {
    const auto& found = one_of(tables);
    return found.blobs.empty() ? blob_table() : found;
  }

  std::string flipped(const Table& table, const std::string& column,
                      storage::Connection& connection) {
    auto row = connection.query(kept("select " + std::string(table.key) + ", " + column + " from " +
                                     table.name + " where " + table.key + " = " + row_of(table)));
    if (!row.next()) return "";
    auto bytes = copy_of(row.blob(1));
    if (bytes.empty()) return "";
    bytes[random_() % bytes.size()] ^= static_cast<std::uint8_t>(1u << random_() % 8);
    return "update " + std::string(table.name) + " set " + column + " = x'" + to_hex(bytes) +
           "' where " + table.key + " = " + std::to_string(row.integer(0));
  }

  std::string swapped(const Table& table, const std::string& column) {
    const std::string name = table.name, key = table.key;
    return "create temp table pair as select " + key + " as k, " + column + " as v from " + name +
           " where " + key + " in (" + row_of(table) + ", " + row_of(table) + "); update " + name +
           " set " + column + " = (select v from pair where k <> " + name + "." + key +
           ") where (select count(*) from pair) = 2 and " + key + " in (select k from pair)";
  }

  std::string rolled_back(const Table& table) {
    const std::string name = table.name, key = table.key;
    return "create temp table row as select * from old." + name + " where " + key + " = " +
           row_of(table, "old") + "; insert or replace into main." + name + " select * from row";
  }

  std::string integer(const Table& table, storage::Connection&) {
    if (table.integers.empty()) return rolled_back(table);
    const std::string column = one_of(table.integers);
    const auto bit = std::to_string(std::int64_t{1} << random_() % (random_() % 2 ? 5 : 62));
    return "update or replace " + std::string(table.name) + " set " + column + " = (" + column +
           " | " + bit + ") - (" + column + " & " + bit + ") where " + table.key + " = " +
           row_of(table);
  }

  // Statements are cached by their text, which must stay.
  std::string_view kept(std::string sql) { return *texts_.insert(std::move(sql)).first; }

  std::mt19937& random_;
  Files files_, old_files_;
  std::set<std::string> texts_;
};

}  // namespace storage_test
