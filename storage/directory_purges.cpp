// Purges: kept, and done to what the directory has.

#include <sqlite3.h>

#include <algorithm>

#include "storage/directory_implementation.h"

namespace storage {
namespace {

crypto::Place place_of(crypto::Kind kind, std::int64_t id) { return {.kind = kind, .row = id}; }

std::int64_t mailbox_column(const PurgeRecord& purge) {
  return purge.mailbox ? purge.mailbox->value : 0;
}

Hold hold_of(const PurgeRecord& purge) {
  if (!purge.pending()) return Hold::none;
  return purge.state == PurgeState::destroying ? Hold::destroying : Hold::pending;
}

PurgeRecord opened(const crypto::DirectoryKey& key, const Query& row) {
  const auto id = row.integer(0);
  auto purge = decoded_purge(
      id, crypto::Aead::open_record(key, place_of(crypto::Kind::purge, id), row.blob(3)));
  if (purge.dep.value != row.integer(1) || mailbox_column(purge) != row.integer(2))
    throw Error(Fault::corrupt,
                "directory.db: purge " + std::to_string(id) + " means something else than its row");
  return purge;
}

std::vector<PurgeRecord> all_in(const Directory::Implementation& directory, Query rows) {
  std::vector<PurgeRecord> all;
  while (rows.next())
    if (!directory.row_guard.doubts("purge", rows.integer(0)))
      all.push_back(opened(directory.key, rows));
  return all;
}

Bytes sealed(const crypto::DirectoryKey& key, const PurgeRecord& purge) {
  return crypto::Aead::seal_record(key, place_of(crypto::Kind::purge, purge.id),
                                   encoded_purge(purge));
}

void write(Connection& connection, const crypto::DirectoryKey& key, const PurgeRecord& purge) {
  connection.run("update purge set hold = ?, sealed = ? where id = ?",
                 static_cast<std::int64_t>(hold_of(purge)), sealed(key, purge), purge.id);
  if (connection.changed() == 0) throw Error(Fault::not_found, "there is no such purge");
}

// What it means must be what is there, and free of other purges.
void check_list(Connection& connection, const PurgeRecord& purge) {
  std::vector<std::int64_t> there;
  auto rows = connection.query(
      "select id, hold from mailbox_record where id = ?1 or (?1 = 0 and (dep = ?2 or assigned = "
      "?2))"
      " order by id",
      mailbox_column(purge), purge.dep.value);
  while (rows.next()) {
    there.push_back(rows.integer(0));
    if (rows.integer(1) != 0)
      throw Error(Fault::exists,
                  "another purge of mailbox " + std::to_string(rows.integer(0)) + " is pending");
  }
  if (!std::ranges::equal(there, purge.mailboxes, {}, {},
                          [](const PurgeMailbox& mailbox) { return mailbox.id.value; }))
    throw Error(Fault::exists, "its mailboxes have changed meanwhile",
                "look again, then ask again");
}

// Logins wait behind the directory's lock: so this does not wait for other readers of the file.
class ShortWait {
 public:
  explicit ShortWait(Connection& connection) : handle_(connection.handle()) {
    sqlite3_busy_timeout(handle_, short_busy_timeout_ms);
  }
  ~ShortWait() { sqlite3_busy_timeout(handle_, busy_timeout_ms); }
  ShortWait(const ShortWait&) = delete;
  ShortWait& operator=(const ShortWait&) = delete;

 private:
  sqlite3* handle_;
};

void remove_mailbox(const Directory::Implementation& directory, Connection& connection,
                    MailboxId mailbox) {
  const auto account = connection.number("select account from mailbox where id = ?", mailbox.value);
  if (!account) return;
  connection.run("delete from alias where account = ?", *account);
  Directory::Implementation::remove_credentials(connection, AccountId(*account));
  connection.run("delete from account where id = ?", *account);
  directory.forget_shares(connection, AccountId(*account));
  connection.run("delete from delivery_key where mailbox = ?", mailbox.value);
  connection.run("delete from quota where mailbox = ?", mailbox.value);
  connection.run("delete from protection where mailbox = ?", mailbox.value);
  connection.run("delete from mailbox where id = ?", mailbox.value);
}

}  // namespace

std::int64_t Directory::add_purge(PurgeRecord purge) {
  return implementation_->write([&](Connection& connection) {
    check_list(connection, purge);
    if (!purge.mailbox) implementation_->require_free(connection, purge.dep);
    purge.id = Implementation::next_id(connection, "purge");
    connection.run("insert into purge(id, dep, mailbox, hold, sealed) values(?, ?, ?, ?, ?)",
                   purge.id, purge.dep.value, mailbox_column(purge),
                   static_cast<std::int64_t>(hold_of(purge)), sealed(implementation_->key, purge));
    return purge.id;
  });
}

void Directory::update_purge(const PurgeRecord& purge) {
  implementation_->write(
      [&](Connection& connection) { write(connection, implementation_->key, purge); });
}

std::vector<PurgeRecord> Directory::purges() {
  return implementation_->read([&](Connection& connection) {
    return all_in(*implementation_,
                  connection.query("select id, dep, mailbox, sealed from purge order by id"));
  });
}

std::vector<PurgeRecord> Directory::pending_purges() {
  return implementation_->read([&](Connection& connection) {
    return all_in(*implementation_, connection.query("select id, dep, mailbox, sealed from purge"
                                                     " where hold <> 0 order by id"));
  });
}

PurgeRecord Directory::purge(std::int64_t id) {
  return implementation_->read([&](Connection& connection) {
    implementation_->require_believed("purge", id);
    auto row = connection.query("select id, dep, mailbox, sealed from purge where id = ?", id);
    if (!row.next()) throw Error(Fault::not_found, "there is no such purge");
    return opened(implementation_->key, row);
  });
}

void Directory::destroy_purged(const PurgeRecord& purge) {
  implementation_->write([&](Connection& connection) {
    for (const auto& mailbox : purge.mailboxes)
      remove_mailbox(*implementation_, connection, mailbox.id);
    if (purge.mailbox) return;
    connection.run("delete from dep_key where dep = ?", purge.dep.value);
    connection.run("delete from root_denial where dep = ?", purge.dep.value);
    connection.run("delete from outage where dep = ?", purge.dep.value);
  });
}

void Directory::write_anew() {
  {
    const std::lock_guard guard(implementation_->mutex);
    auto& connection = implementation_->connection;
    const ShortWait wait(connection);
    connection.script("vacuum");
    if (sqlite3_wal_checkpoint_v2(connection.handle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr,
                                  nullptr) == SQLITE_OK)
      return;
  }
  throw Error(Fault::unavailable,
              "directory.db is being read; what was removed is still in its log",
              "it is tried again");
}

void Directory::finish_purge(const PurgeRecord& purge, std::string_view certificate) {
  implementation_->write([&](Connection& connection) {
    write(connection, implementation_->key, purge);
    connection.run("update purge set certificate = ? where id = ?",
                   crypto::Aead::seal_record(implementation_->key,
                                             place_of(crypto::Kind::certificate, purge.id),
                                             bytes_of(certificate)),
                   purge.id);
    if (!purge.mailbox) connection.run("delete from dep where id = ?", purge.dep.value);
  });
  implementation_->truncate_log();
}

std::optional<std::string> Directory::purge_certificate(std::int64_t id) {
  return implementation_->read([&](Connection& connection) -> std::optional<std::string> {
    auto row = connection.query("select certificate from purge where id = ?", id);
    if (!row.next()) throw Error(Fault::not_found, "there is no such purge");
    if (row.blob(0).empty()) return std::nullopt;
    return std::string(text_of(crypto::Aead::open_record(
        implementation_->key, place_of(crypto::Kind::certificate, id), row.blob(0))));
  });
}

void Directory::Implementation::require_free(Connection& reading, DepId dep) const {
  require_believed(dep);
  require_believed_purges();
  if (reading.number("select 1 from purge where hold <> 0 and dep = ? and mailbox = 0", dep.value))
    throw Error(Fault::denied, "a purge of the DEP is pending",
                "`sealpost purge list` shows it; cancel it first");
}

void Directory::Implementation::require_free(Connection& reading, MailboxId mailbox) const {
  require_believed(mailbox);
  require_believed_purges();
  if (reading.number("select hold from mailbox_record where id = ?", mailbox.value).value_or(0) !=
      0)
    throw Error(Fault::denied,
                "a purge of mailbox " + std::to_string(mailbox.value) + " is pending",
                "`sealpost purge list` shows it; cancel it first");
}

}  // namespace storage
