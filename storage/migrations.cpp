#include "storage/migrations.h"

#include "base/log.h"

namespace storage {
namespace {

void check_kind(Connection& connection, FileKind kind, std::int64_t version,
                const std::string& name) {
  const auto found = connection.number("pragma application_id").value_or(0);
  const bool fresh = version == 0 && found == 0;
  if (!fresh && found != static_cast<std::int64_t>(kind))
    throw Error(Fault::invalid, name + " is not a database of this kind",
                "give another directory, or move the file away");
}

void check_version(std::int64_t version, std::size_t known, const std::string& name) {
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
  for (auto step = static_cast<std::size_t>(version); step < steps.size(); ++step) {
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
}

}  // namespace storage
