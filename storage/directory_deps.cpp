// DEPs and the wraps of their keys.

#include <charconv>

#include "storage/dep_sealed.h"
#include "storage/directory_implementation.h"

namespace storage {
namespace {

constexpr std::int64_t slot_availability = 2;
constexpr std::size_t description_limit = 1000;

[[noreturn]] void no_dep() { throw Error(Fault::not_found, "there is no such DEP"); }

// A row of dep_record, without what is sealed of it.
Dep clear_part(const Query& row) {
  return {.id = DepId(row.integer(0)),
          .state = row.integer(2) == static_cast<std::int64_t>(DepState::disabled)
                       ? DepState::disabled
                       : DepState::enabled,
          .version = static_cast<std::uint32_t>(row.integer(3)),
          .managed = row.integer(4) != 0,
          .tenant_wide = row.integer(5) != 0,
          .hold = static_cast<Hold>(row.integer(6))};
}

Dep dep_in(const crypto::DirectoryKey& key, const Query& row) {
  auto dep = clear_part(row);
  checked("DEP", dep.id.value, [&] { open_dep(key, row.blob(1), dep); });
  return dep;
}

// Among others, one whose name is damaged is there, too.
Dep listed_dep(const crypto::DirectoryKey& key, const Query& row) try {
  return dep_in(key, row);
} catch (const Error& error) {
  if (error.fault() != Fault::corrupt) throw;
  auto dep = clear_part(row);
  dep.name = "damaged-" + std::to_string(dep.id.value);
  return dep;
}

Dep read_dep(const crypto::DirectoryKey& key, Connection& connection, DepId id) {
  auto row = connection.query("select * from dep_record where id = ?", id.value);
  if (!row.next()) no_dep();
  return dep_in(key, row);
}

void insert_dep(const crypto::DirectoryKey& key, Connection& connection, const Dep& dep) {
  connection.run(
      "insert into dep(id, name_hash, state, version, managed, sealed) values(?, ?, ?, ?, ?, ?)",
      dep.id.value, dep_name_hash(key, dep.name), static_cast<std::int64_t>(dep.state),
      std::int64_t{dep.version}, std::int64_t{dep.managed}, sealed_dep(key, dep));
}

// FORMAT.md section 7: the first generation has no number.
std::string generation_text(std::uint32_t generation) {
  return generation == 1 ? "" : std::to_string(generation);
}

std::uint32_t generation_in(const std::string& text) {
  std::uint32_t generation = 1;
  const auto* end = text.data() + text.size();
  if (!text.empty() && std::from_chars(text.data(), end, generation).ptr != end)
    throw Error(Fault::corrupt, "directory.db: an availability wrap has no generation");
  return generation;
}

void insert_wrap(const crypto::DirectoryKey& by, Connection& connection, const WrappedDepKey& key,
                 std::int64_t slot, std::string_view kid, const Bytes& blob) {
  connection.run(
      "insert into dep_key(dep, version, slot, kid, wrapped, made) values(?, ?, ?, ?, ?, ?)",
      key.dep.value, std::int64_t{key.version}, slot, kid, blob,
      sealed_making(by, {key.dep, key.version}, key.created));
}

void insert_key(const crypto::DirectoryKey& by, Connection& connection, const WrappedDepKey& key) {
  for (std::size_t slot = 0; slot < key.roots.size(); ++slot)
    insert_wrap(by, connection, key, static_cast<std::int64_t>(slot), key.roots[slot].key.kid(),
                key.roots[slot].blob);
  if (key.availability)
    insert_wrap(by, connection, key, slot_availability, generation_text(key.generation),
                key.availability->blob);
}

// Columns: version, slot, kid, wrapped, made; by version and slot.
std::vector<WrappedDepKey> keys_in(const crypto::DirectoryKey& by, Query rows, DepId dep) {
  std::vector<WrappedDepKey> keys;
  while (rows.next()) {
    const auto version = static_cast<std::uint32_t>(rows.integer(0));
    if (keys.empty() || keys.back().version != version)
      keys.push_back({.dep = dep, .version = version});
    keys.back().created = checked("a key of DEP", dep.value, [&] {
      return opened_making(by, {dep, version}, rows.blob(4));
    });
    auto& key = keys.back();
    if (rows.integer(1) == slot_availability) {
      key.availability.emplace(copy_of(rows.blob(3)));
      key.generation = generation_in(rows.text(2));
    } else {
      key.roots.push_back({crypto::RootKeyRef(rows.text(2)), copy_of(rows.blob(3))});
    }
  }
  return keys;
}

void check(const Dep& dep) {
  if (dep.name.empty() || dep.name.size() > 64)
    throw Error(Fault::invalid, "the name of a DEP has 1 to 64 characters");
  if (dep.description.size() > description_limit)
    throw Error(Fault::too_big, "the description of a DEP has 1000 octets at most");
}

void check_name_free(const crypto::DirectoryKey& key, Connection& connection, const Dep& dep) {
  if (connection.number("select 1 from dep where name_hash = ? and id <> ?",
                        dep_name_hash(key, dep.name), dep.id.value))
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
    check_name_free(implementation_->key, connection, dep);
    insert_dep(implementation_->key, connection, dep);
    insert_key(implementation_->key, connection, key);
  });
}

Dep Directory::dep(std::string_view name) {
  const auto hash = dep_name_hash(implementation_->key, name);
  return implementation_->read([&](Connection& connection) {
    const auto id = connection.number("select id from dep where name_hash = ?", hash);
    if (!id) no_dep();
    implementation_->require_believed(DepId(*id));
    auto dep = read_dep(implementation_->key, connection, DepId(*id));
    // A hash that was moved to another row leads to another DEP.
    checked("DEP", *id, [&] {
      if (lower_case(dep.name) != lower_case(name)) throw Error(Fault::corrupt, "another name");
    });
    return dep;
  });
}

Dep Directory::dep(DepId id) {
  return implementation_->read([&](Connection& connection) {
    implementation_->require_believed(id);
    return read_dep(implementation_->key, connection, id);
  });
}

std::vector<Dep> Directory::deps() {
  return implementation_->read([&](Connection& connection) {
    std::vector<Dep> found;
    auto rows = connection.query("select * from dep_record order by id");
    while (rows.next()) found.push_back(listed_dep(implementation_->key, rows));
    return found;
  });
}

void Directory::update_dep(const Dep& dep) {
  check(dep);
  const auto& key = implementation_->key;
  implementation_->write([&](Connection& connection) {
    check_name_free(key, connection, dep);
    implementation_->require_free(connection, dep.id);
    auto stored = read_dep(key, connection, dep.id);
    stored.name = dep.name;
    stored.description = dep.description;
    connection.run("update dep set name_hash = ?, sealed = ?, state = ? where id = ?",
                   dep_name_hash(key, dep.name), sealed_dep(key, stored),
                   static_cast<std::int64_t>(dep.state), dep.id.value);
  });
  implementation_->truncate_log();  // of what it was called before
}

WrappedDepKey Directory::dep_key(DepId dep, std::uint32_t version) {
  return implementation_->read([&](Connection& connection) {
    implementation_->require_believed(dep);
    auto keys = keys_in(implementation_->key,
                        connection.query("select version, slot, kid, wrapped, made from dep_key"
                                         " where dep = ? and version = ? order by slot",
                                         dep.value, std::int64_t{version}),
                        dep);
    if (keys.empty()) throw Error(Fault::not_found, "there is no such version of the DEP's key");
    return std::move(keys.front());
  });
}

std::vector<WrappedDepKey> Directory::dep_keys(DepId dep) {
  return implementation_->read([&](Connection& connection) {
    implementation_->require_believed(dep);
    return keys_in(implementation_->key,
                   connection.query("select version, slot, kid, wrapped, made from dep_key"
                                    " where dep = ? order by version, slot",
                                    dep.value),
                   dep);
  });
}

void Directory::add_dep_version(const WrappedDepKey& key) {
  implementation_->write([&](Connection& connection) {
    implementation_->require_free(connection, key.dep);
    connection.run("update dep set version = ?1 where id = ?2 and version = ?1 - 1",
                   std::int64_t{key.version}, key.dep.value);
    if (connection.changed() == 0)
      throw Error(Fault::exists, "the DEP's key was changed by somebody else meanwhile",
                  "look at the DEP, and try again if it is still wanted");
    insert_key(implementation_->key, connection, key);
  });
}

void Directory::replace_availability_wraps(std::span<const WrappedDepKey> keys) {
  implementation_->write([&](Connection& connection) {
    implementation_->require_free(connection, keys.front().dep);
    for (const auto& key : keys) {
      connection.run(
          "update dep_key set kid = ?, wrapped = ? where dep = ? and version = ? and slot = 2",
          std::string_view(generation_text(key.generation)), key.availability.value().blob,
          key.dep.value, std::int64_t{key.version});
    }
    const auto stored = connection.number("select count(*) from dep_key where dep = ? and slot = 2",
                                          keys.front().dep.value);
    if (stored != static_cast<std::int64_t>(keys.size()))
      throw Error(Fault::exists, "the DEP's key was changed by somebody else meanwhile",
                  "try again");
  });
  implementation_->truncate_log();  // of the former wraps
}

std::vector<DepVersion> Directory::remove_unused_versions() {
  const auto removed = implementation_->write([&](Connection& connection) {
    std::vector<DepVersion> unused;
    if (!implementation_->row_guard.whole()) return unused;
    {
      auto rows = connection.query(
          "select distinct k.dep, k.version from dep_key k join dep d on d.id = k.dep"
          " where k.version < d.version and not exists (select 1 from mailbox m"
          " where m.dep = k.dep and m.dep_version = k.version)");
      while (rows.next())
        unused.push_back({DepId(rows.integer(0)), static_cast<std::uint32_t>(rows.integer(1))});
    }
    for (const auto& version : unused) {
      const auto number = std::int64_t{version.version};
      connection.run("delete from dep_key where dep = ? and version = ?", version.dep.value,
                     number);
      connection.run("delete from outage where dep = ? and version = ?", version.dep.value, number);
    }
    connection.run(
        "delete from root_denial where not exists (select 1 from dep_key k"
        " where k.dep = root_denial.dep and k.kid = root_denial.kid)");
    return unused;
  });
  if (!removed.empty()) implementation_->truncate_log();  // of the wraps
  return removed;
}

void Directory::remove_dep(DepId dep) {
  implementation_->write([&](Connection& connection) {
    if (connection.number("select 1 from mailbox where dep = ?1 or assigned = ?1 limit 1",
                          dep.value))
      throw Error(Fault::exists, "mailboxes use the DEP");
    implementation_->require_free(connection, dep);
    connection.run("delete from dep_key where dep = ?", dep.value);
    connection.run("delete from root_denial where dep = ?", dep.value);
    connection.run("delete from outage where dep = ?", dep.value);
    connection.run("delete from dep where id = ?", dep.value);
    if (connection.changed() == 0) no_dep();
  });
  implementation_->truncate_log();  // of the wraps
}

void Directory::set_tenant_wide(std::optional<DepId> dep) {
  implementation_->write([&](Connection& connection) {
    connection.run("update dep set tenant_wide = 0 where tenant_wide = 1");
    if (!dep) return;
    implementation_->require_free(connection, *dep);
    connection.run("update dep set tenant_wide = 1 where id = ?", dep->value);
    if (connection.changed() == 0) no_dep();
  });
}

}  // namespace storage
