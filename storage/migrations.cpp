#include "storage/migrations.h"

#include <algorithm>
#include <regex>
#include <set>

#include "base/log.h"

namespace storage {
namespace {

// Without comments, and blanks as one: they change with the schema's files and mean nothing.
std::string plain_sql(const std::string& sql) {
  static const std::regex comment("--[^\n]*"), blanks("\\s+");
  return std::regex_replace(std::regex_replace(sql, comment, ""), blanks, " ");
}

void make(Connection& connection, std::span<const std::string_view> steps) {
  for (const auto step : steps) connection.script(std::string(step));
}

std::set<std::string> triggers_and_views(Connection& connection) {
  std::set<std::string> found;
  auto rows = connection.query(
      "select type || ' ' || name || ' ' || tbl_name || ' ' || sql from sqlite_schema "
      "where type in ('trigger', 'view')");
  while (rows.next()) found.insert(plain_sql(rows.text(0)));
  return found;
}

// Those that somebody else put there would be run by us.
void check_code(Connection& connection, std::span<const std::string_view> steps,
                const std::string& name) {
  const auto found = triggers_and_views(connection);
  if (found.empty()) return;
  Connection made(":memory:", Connection::Mode::write);
  make(made, steps);
  if (!std::ranges::includes(triggers_and_views(made), found))
    throw Error(Fault::corrupt, name + " has a trigger or a view that it was not made with",
                "somebody changed the file; restore it from a backup");
}

// Names of tables, their columns and indexes; not SQLite's own.
std::set<std::string> shape(Connection& connection) {
  std::set<std::string> found;
  auto rows = connection.query(
      "select m.type || ' ' || m.name || ' ' || coalesce(p.name, '') from sqlite_schema m "
      "left join pragma_table_info(m.name) p "
      "where m.type in ('table', 'index') and m.name not like 'sqlite%'");
  while (rows.next()) found.insert(rows.text(0));
  return found;
}

// Steps that were done already would be done again: the version lies in clear.
void check_shape(Connection& connection, std::span<const std::string_view> done,
                 const std::string& name) {
  Connection made(":memory:", Connection::Mode::write);
  make(made, done);
  if (shape(connection) != shape(made))
    throw Error(Fault::corrupt,
                name + " says that it is of version " + std::to_string(done.size()) +
                    ", and its tables are of another",
                "somebody changed the file; restore it from a backup");
}

void check_kind(Connection& connection, FileKind kind, std::int64_t version,
                const std::string& name) {
  const auto found = connection.number("pragma application_id").value_or(0);
  const bool fresh = version == 0 && found == 0;
  if (!fresh && found != static_cast<std::int64_t>(kind))
    throw Error(Fault::invalid, name + " is not a database of this kind",
                "give another directory, or move the file away");
}

void check_version(std::int64_t version, std::size_t known, const std::string& name) {
  if (version < 0)
    throw Error(Fault::corrupt,
                name + " is of version " + std::to_string(version) + ", and there is none",
                "somebody changed the file; restore it from a backup");
  if (version > static_cast<std::int64_t>(known))
    throw Error(Fault::invalid,
                name + " is of version " + std::to_string(version) + ", this program knows " +
                    std::to_string(known) + " at most",
                "start the newer program that wrote it");
}

}  // namespace

void migrate(Connection& connection, FileKind kind, std::span<const std::string_view> steps,
             const std::string& name) {
  const auto version = connection.number("pragma user_version").value_or(0);
  check_kind(connection, kind, version, name);
  check_version(version, steps.size(), name);
  const auto done = static_cast<std::size_t>(version);
  if (done < steps.size()) check_shape(connection, steps.first(done), name);
  check_code(connection, steps.first(done), name);
  for (auto step = done; step < steps.size(); ++step) {
    SqlTransaction transaction(connection, SqlTransaction::Kind::immediate);
    connection.script(std::string(steps[step]));
    connection.script("pragma application_id=" + std::to_string(static_cast<std::int32_t>(kind)) +
                      "; pragma user_version=" + std::to_string(step + 1) + ";");
    transaction.commit();
    logging::info("schema_step", {{"database", name}, {"version", step + 1}});
  }
}

void require_migrated(Connection& connection, FileKind kind,
                      std::span<const std::string_view> steps, const std::string& name) {
  const auto version = connection.number("pragma user_version").value_or(0);
  check_kind(connection, kind, version, name);
  check_version(version, steps.size(), name);
  if (version < static_cast<std::int64_t>(steps.size()))
    throw Error(Fault::invalid, name + " is of an older version than this program's",
                "start the server once");
  check_code(connection, steps, name);
}

}  // namespace storage
