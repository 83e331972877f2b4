// What stood in clear before schema step 10 is sealed, once.

#include "storage/dep_sealed.h"
#include "storage/directory_implementation.h"

namespace storage {
namespace {

using Key = crypto::DirectoryKey;

bool anything_is_clear(Connection& connection) {
  return connection.number("select 1 from sqlite_schema where name = 'dep_in_clear'").has_value();
}

void seal_deps(const Key& key, Connection& connection) {
  auto rows = connection.query(
      "select id, name, description, state, version, created, managed, tenant_wide"
      " from dep_in_clear order by id");
  while (rows.next()) {
    const Dep dep{.id = DepId(rows.integer(0)),
                  .name = rows.text(1),
                  .description = rows.text(2),
                  .created = rows.integer(5)};
    connection.run(
        "insert into dep(id, name_hash, state, version, managed, tenant_wide, sealed)"
        " values(?, ?, ?, ?, ?, ?, ?)",
        dep.id.value, dep_name_hash(key, dep.name), rows.integer(3), rows.integer(4),
        rows.integer(6), rows.integer(7), sealed_dep(key, dep));
  }
}

void seal_keys(const Key& key, Connection& connection) {
  auto rows = connection.query(
      "select dep, version, slot, kid, wrapped, created from dep_key_in_clear"
      " order by dep, version, slot");
  while (rows.next()) {
    const DepVersion version{DepId(rows.integer(0)), static_cast<std::uint32_t>(rows.integer(1))};
    const auto kid = rows.text(3);
    connection.run(
        "insert into dep_key(dep, version, slot, kid, wrapped, made) values(?, ?, ?, ?, ?, ?)",
        version.dep.value, std::int64_t{version.version}, rows.integer(2), std::string_view(kid),
        copy_of(rows.blob(4)), sealed_making(key, version, rows.integer(5)));
  }
}

void seal_denials(const Key& key, Connection& connection) {
  auto rows = connection.query("select dep, kid, since, reason from root_denial_in_clear");
  while (rows.next()) {
    const DepId dep(rows.integer(0));
    const RootDenial denial{rows.text(1), rows.integer(2), rows.text(3)};
    connection.run("insert into root_denial(dep, kid, sealed) values(?, ?, ?)", dep.value,
                   std::string_view(denial.kid), sealed_denial(key, dep, denial));
  }
}

void seal_outages(const Key& key, Connection& connection) {
  auto rows = connection.query("select dep, version, since from outage_in_clear");
  while (rows.next()) {
    const DepVersion version{DepId(rows.integer(0)), static_cast<std::uint32_t>(rows.integer(1))};
    connection.run("insert into outage(dep, version, sealed) values(?, ?, ?)", version.dep.value,
                   std::int64_t{version.version}, sealed_outage(key, version, rows.integer(2)));
  }
}

}  // namespace

void Directory::Implementation::seal_what_was_clear() {
  if (!anything_is_clear(connection)) return;
  SqlTransaction transaction(connection, SqlTransaction::Kind::immediate);
  seal_deps(key, connection);
  seal_keys(key, connection);
  seal_denials(key, connection);
  seal_outages(key, connection);
  connection.script(
      "drop table dep_key_in_clear; drop table root_denial_in_clear; drop table outage_in_clear;"
      "drop table dep_in_clear;");
  transaction.commit();
  truncate_log();  // dropped pages are zeros (secure_delete); what they were is in the log
}

}  // namespace storage
