// DEPs and the wraps of their keys.

#include "storage/directory_implementation.h"

namespace storage {
namespace {

constexpr std::int64_t slot_availability = 2;
constexpr std::size_t description_limit = 1000;

[[noreturn]] void no_dep() { throw Error(Fault::not_found, "there is no such DEP"); }

// Columns: id, name, description, state, version, created, managed.
Dep dep_in(const Query& row) {
  return {.id = DepId(row.integer(0)),
          .name = row.text(1),
          .description = row.text(2),
          .state = row.integer(3) == static_cast<std::int64_t>(DepState::disabled)
                       ? DepState::disabled
                       : DepState::enabled,
          .version = static_cast<std::uint32_t>(row.integer(4)),
          .created = row.integer(5),
          .managed = row.integer(6) != 0};
}

void insert_dep(Connection& connection, const Dep& dep) {
  connection.run(
      "insert into dep(id, name, description, state, version, created, managed)"
      " values(?, ?, ?, ?, ?, ?, ?)",
      dep.id.value, std::string_view(dep.name), std::string_view(dep.description),
      static_cast<std::int64_t>(dep.state), std::int64_t{dep.version}, dep.created,
      std::int64_t{dep.managed});
}

void insert_wrap(Connection& connection, const WrappedDepKey& key, std::int64_t slot,
                 std::string_view kid, const Bytes& blob) {
  connection.run("insert into dep_key(dep, version, slot, kid, wrapped) values(?, ?, ?, ?, ?)",
                 key.dep.value, std::int64_t{key.version}, slot, kid, blob);
}

void insert_key(Connection& connection, const WrappedDepKey& key) {
  for (std::size_t slot = 0; slot < key.roots.size(); ++slot)
    insert_wrap(connection, key, static_cast<std::int64_t>(slot), key.roots[slot].key.kid(),
                key.roots[slot].blob);
  if (key.availability) insert_wrap(connection, key, slot_availability, "", key.availability->blob);
}

void check(const Dep& dep) {
  if (dep.name.empty() || dep.name.size() > 64)
    throw Error(Fault::invalid, "the name of a DEP has 1 to 64 characters");
  if (dep.description.size() > description_limit)
    throw Error(Fault::too_big, "the description of a DEP has 1000 octets at most");
}

void check_name_free(Connection& connection, const Dep& dep) {
  if (connection.number("select 1 from dep where name = ? and id <> ?", std::string_view(dep.name),
                        dep.id.value))
    throw Error(Fault::exists, "there is a DEP of the name " + dep.name);
}

}  // namespace

DepId Directory::reserve_dep() {
  return implementation_->write(
      [](Connection& connection) { return DepId(Implementation::next_id(connection, "dep")); });
}

void Directory::add_dep(const Dep& dep, const WrappedDepKey& key) {
  check(dep);
  if (key.dep != dep.id || key.version != dep.version || key.roots.size() > slot_availability)
    throw Error(Fault::invalid, "DEP and wrapped key do not belong together");
  implementation_->write([&](Connection& connection) {
    check_name_free(connection, dep);
    insert_dep(connection, dep);
    insert_key(connection, key);
  });
}

Dep Directory::dep(std::string_view name) {
  return implementation_->read([&](Connection& connection) {
    auto row = connection.query(
        "select id, name, description, state, version, created, managed from dep"
        " where name = ?",
        name);
    if (!row.next()) no_dep();
    return dep_in(row);
  });
}

Dep Directory::dep(DepId id) {
  return implementation_->read([&](Connection& connection) {
    auto row = connection.query(
        "select id, name, description, state, version, created, managed from dep where id = ?",
        id.value);
    if (!row.next()) no_dep();
    return dep_in(row);
  });
}

std::vector<Dep> Directory::deps() {
  return implementation_->read([](Connection& connection) {
    std::vector<Dep> found;
    auto rows = connection.query(
        "select id, name, description, state, version, created, managed from dep order by id");
    while (rows.next()) found.push_back(dep_in(rows));
    return found;
  });
}

void Directory::update_dep(const Dep& dep) {
  check(dep);
  implementation_->write([&](Connection& connection) {
    check_name_free(connection, dep);
    connection.run(
        "update dep set name = ?, description = ?, state = ?, version = ?, managed = ?"
        " where id = ?",
        std::string_view(dep.name), std::string_view(dep.description),
        static_cast<std::int64_t>(dep.state), std::int64_t{dep.version}, std::int64_t{dep.managed},
        dep.id.value);
    if (connection.changed() == 0) no_dep();
  });
}

WrappedDepKey Directory::dep_key(DepId dep, std::uint32_t version) {
  return implementation_->read([&](Connection& connection) {
    WrappedDepKey key{.dep = dep, .version = version};
    auto rows = connection.query(
        "select slot, kid, wrapped from dep_key where dep = ? and version = ? order by slot",
        dep.value, std::int64_t{version});
    while (rows.next()) {
      if (rows.integer(0) == slot_availability) {
        key.availability.emplace(copy_of(rows.blob(2)));
      } else {
        key.roots.push_back({crypto::RootKeyRef(rows.text(1)), copy_of(rows.blob(2))});
      }
    }
    if (key.roots.empty() && !key.availability)
      throw Error(Fault::not_found, "there is no such version of the DEP's key");
    return key;
  });
}

}  // namespace storage
