#include "storage/codec.h"
#include "storage/directory_implementation.h"

namespace storage {
namespace {

constexpr std::uint8_t version = 1;

crypto::Place place_of(std::int64_t id) { return {.kind = crypto::Kind::role_grant, .row = id}; }

Bytes encoded(const RoleGrant& grant) {
  Encoder to;
  to.number(version);
  to.number(static_cast<std::uint32_t>(grant.user));
  to.number(grant.role);
  to.number(grant.since);
  to.text<std::uint16_t>(grant.by);
  return to.take();
}

RoleGrant decoded(std::int64_t id, ByteView plain) {
  Decoder from(plain);
  from.version(version);
  RoleGrant grant{.id = id, .by = {}};
  grant.user = from.number<std::uint32_t>();
  grant.role = from.number<std::uint8_t>();
  grant.since = from.number<UnixTime>();
  grant.by = from.text<std::uint16_t>();
  from.end();
  return grant;
}

enum class Which { believed, doubted };

// Calls take(id, sealed) for each of these, by id.
template <class Take>
void each_grant(const RowGuard& guard, Connection& connection, Which which, Take take) {
  for (auto rows = connection.query("select id, sealed from role_grant order by id");
       rows.next();) {
    const auto id = rows.integer(0);
    if (guard.doubts("role_grant", id) == (which == Which::doubted)) take(id, rows.blob(1));
  }
}

RoleGrant opened(const crypto::DirectoryKey& key, std::int64_t id, ByteView sealed) {
  return decoded(id, crypto::Aead::open_record(key, place_of(id), sealed));
}

}  // namespace

// Grants are what is sealed here first, and always there: the last admin cannot be revoked.
void Directory::Implementation::refuse_other_key() {
  if (!connection.number("select 1 from sqlite_schema where name = 'role_grant'")) return;
  auto rows = connection.query("select id, sealed from role_grant");
  bool sealed = false;
  while (rows.next()) {
    try {
      crypto::Aead::open_record(key, place_of(rows.integer(0)), rows.blob(1));
      return;
    } catch (const Error&) {
      sealed = true;
    }
  }
  if (sealed)
    throw Error(Fault::corrupt, "directory.db was sealed under another directory key",
                "`service_keys` must be the directory that belongs to this data; nothing was "
                "changed");
}

std::vector<RoleGrant> Directory::role_grants() {
  return implementation_->read([&](Connection& connection) {
    std::vector<RoleGrant> all;
    each_grant(implementation_->row_guard, connection, Which::believed,
               [&](std::int64_t id, ByteView sealed) {
                 all.push_back(opened(implementation_->key, id, sealed));
               });
    return all;
  });
}

std::vector<RoleGrant> Directory::doubted_role_grants() {
  return implementation_->read([&](Connection& connection) {
    std::vector<RoleGrant> all;
    const auto take = [&](std::int64_t id, ByteView sealed) {
      try {
        all.push_back(opened(implementation_->key, id, sealed));
      } catch (const Error& error) {
        if (error.fault() != Fault::corrupt) throw;  // nobody's: it was never written by the server
      }
    };
    each_grant(implementation_->row_guard, connection, Which::doubted, take);
    return all;
  });
}

std::int64_t Directory::add_role_grant(const RoleGrant& grant) {
  return implementation_->write([&](Connection& connection) {
    const auto id = Implementation::next_id(connection, "role_grant");
    const auto sealed =
        crypto::Aead::seal_record(implementation_->key, place_of(id), encoded(grant));
    connection.run("insert into role_grant(id, sealed) values(?, ?)", id, ByteView(sealed));
    return id;
  });
}

void Directory::remove_role_grant(std::int64_t id) {
  implementation_->write([&](Connection& connection) {
    connection.run("delete from role_grant where id = ?", id);
    if (connection.changed() == 0) throw Error(Fault::not_found, "there is no such grant");
  });
}

}  // namespace storage
