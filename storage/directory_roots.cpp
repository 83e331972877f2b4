// What roots have said of DEPs, as far as it outlives the process.

#include "storage/dep_sealed.h"
#include "storage/directory_implementation.h"

namespace storage {

namespace {

std::optional<RootDenial> denial_of(const crypto::DirectoryKey& key, Connection& connection,
                                    DepId dep, std::string_view kid) {
  auto row =
      connection.query("select sealed from root_denial where dep = ? and kid = ?", dep.value, kid);
  if (!row.next()) return std::nullopt;
  return checked("a denial of DEP", dep.value,
                 [&] { return opened_denial(key, dep, kid, row.blob(0)); });
}

std::optional<UnixTime> outage_of(const crypto::DirectoryKey& key, Connection& connection,
                                  const DepVersion& version) {
  auto row = connection.query("select sealed from outage where dep = ? and version = ?",
                              version.dep.value, std::int64_t{version.version});
  if (!row.next()) return std::nullopt;
  return checked("an outage of DEP", version.dep.value,
                 [&] { return opened_outage(key, version, row.blob(0)); });
}

}  // namespace

std::vector<RootDenial> Directory::root_denials(DepId dep) {
  return implementation_->read([&](Connection& connection) {
    std::vector<RootDenial> found;
    auto rows = connection.query("select kid, sealed from root_denial where dep = ? order by kid",
                                 dep.value);
    while (rows.next())
      found.push_back(checked("a denial of DEP", dep.value, [&] {
        return opened_denial(implementation_->key, dep, rows.text(0), rows.blob(1));
      }));
    return found;
  });
}

void Directory::note_root_denial(DepId dep, const RootDenial& denial) {
  const auto& key = implementation_->key;
  implementation_->write([&](Connection& connection) {
    auto noted = denial;
    if (const auto before = denial_of(key, connection, dep, denial.kid))
      noted.since = before->since;
    connection.run(
        "insert into root_denial(dep, kid, sealed) values(?, ?, ?)"
        " on conflict do update set sealed = excluded.sealed",
        dep.value, std::string_view(denial.kid), sealed_denial(key, dep, noted));
  });
}

void Directory::lift_root_denial(DepId dep, std::string_view kid) {
  implementation_->write([&](Connection& connection) {
    connection.run("delete from root_denial where dep = ? and kid = ?", dep.value, kid);
  });
}

std::optional<UnixTime> Directory::outage(DepId dep, std::uint32_t version) {
  return implementation_->read([&](Connection& connection) {
    return outage_of(implementation_->key, connection, {dep, version});
  });
}

UnixTime Directory::note_outage(DepId dep, std::uint32_t version, UnixTime now) {
  const auto& key = implementation_->key;
  return implementation_->write([&](Connection& connection) {
    if (const auto since = outage_of(key, connection, {dep, version})) return *since;
    connection.run("insert into outage(dep, version, sealed) values(?, ?, ?)", dep.value,
                   std::int64_t{version}, sealed_outage(key, {dep, version}, now));
    return now;
  });
}

void Directory::end_outage(DepId dep, std::uint32_t version) {
  implementation_->write([&](Connection& connection) {
    connection.run("delete from outage where dep = ? and version = ?", dep.value,
                   std::int64_t{version});
  });
}

}  // namespace storage
