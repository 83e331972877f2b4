// What roots have said of DEPs, as far as it outlives the process.

#include "storage/directory_implementation.h"

namespace storage {

std::vector<RootDenial> Directory::root_denials(DepId dep) {
  return implementation_->read([&](Connection& connection) {
    std::vector<RootDenial> found;
    auto rows = connection.query(
        "select kid, since, reason from root_denial where dep = ? order by kid", dep.value);
    while (rows.next()) found.push_back({rows.text(0), rows.integer(1), rows.text(2)});
    return found;
  });
}

void Directory::note_root_denial(DepId dep, const RootDenial& denial) {
  implementation_->write([&](Connection& connection) {
    connection.run(
        "insert into root_denial(dep, kid, since, reason) values(?, ?, ?, ?)"
        " on conflict do update set reason = excluded.reason",
        dep.value, std::string_view(denial.kid), denial.since, std::string_view(denial.reason));
  });
}

void Directory::lift_root_denial(DepId dep, std::string_view kid) {
  implementation_->write([&](Connection& connection) {
    connection.run("delete from root_denial where dep = ? and kid = ?", dep.value, kid);
  });
}

std::optional<UnixTime> Directory::outage(DepId dep, std::uint32_t version) {
  return implementation_->read([&](Connection& connection) {
    return connection.number("select since from outage where dep = ? and version = ?", dep.value,
                             std::int64_t{version});
  });
}

UnixTime Directory::note_outage(DepId dep, std::uint32_t version, UnixTime now) {
  return implementation_->write([&](Connection& connection) {
    connection.run("insert or ignore into outage(dep, version, since) values(?, ?, ?)", dep.value,
                   std::int64_t{version}, now);
    return connection
        .number("select since from outage where dep = ? and version = ?", dep.value,
                std::int64_t{version})
        .value();
  });
}

void Directory::end_outage(DepId dep, std::uint32_t version) {
  implementation_->write([&](Connection& connection) {
    connection.run("delete from outage where dep = ? and version = ?", dep.value,
                   std::int64_t{version});
  });
}

}  // namespace storage
