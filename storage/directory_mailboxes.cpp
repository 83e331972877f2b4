// Mailboxes: where they are, and their wrapped keys.

#include "storage/directory_implementation.h"

namespace storage {
namespace {

std::optional<DepId> dep_of(std::optional<std::int64_t> id) {
  return id ? std::optional(DepId(*id)) : std::nullopt;
}

// Columns: id, account, database, assigned, dep, dep_version, epoch, wrapped.
MailboxRecord record(const Query& row) {
  return {.id = MailboxId(row.integer(0)),
          .account = AccountId(row.integer(1)),
          .database = DatabaseId(row.integer(2)),
          .assigned = dep_of(row.optional_integer(3)),
          .dep = DepId(row.integer(4)),
          .dep_version = static_cast<std::uint32_t>(row.integer(5)),
          .epoch = static_cast<std::uint32_t>(row.integer(6)),
          .key = {copy_of(row.blob(7))}};
}

std::vector<MailboxRecord> records(Query rows) {
  std::vector<MailboxRecord> found;
  while (rows.next()) found.push_back(record(rows));
  return found;
}

[[noreturn]] void no_mailbox() { throw Error(Fault::not_found, "there is no such mailbox"); }

}  // namespace

MailboxRecord Directory::mailbox(MailboxId id) {
  return implementation_->read([&](Connection& connection) {
    auto row = connection.query(
        "select id, account, database, assigned, dep, dep_version, epoch, wrapped"
        " from mailbox where id = ?",
        id.value);
    if (!row.next()) no_mailbox();
    return record(row);
  });
}

std::vector<MailboxRecord> Directory::mailboxes() {
  return implementation_->read([](Connection& connection) {
    return records(
        connection.query("select id, account, database, assigned, dep, dep_version, epoch, wrapped"
                         " from mailbox order by id"));
  });
}

std::vector<MailboxRecord> Directory::mailboxes_of(DepId dep) {
  return implementation_->read([&](Connection& connection) {
    return records(
        connection.query("select id, account, database, assigned, dep, dep_version, epoch, wrapped"
                         " from mailbox where dep = ?1 or assigned = ?1 order by id",
                         dep.value));
  });
}

void Directory::assign(MailboxId mailbox, std::optional<DepId> dep) {
  implementation_->write([&](Connection& connection) {
    const auto assigned = dep ? std::optional(dep->value) : std::nullopt;
    connection.run("update mailbox set assigned = ? where id = ?", assigned, mailbox.value);
    if (connection.changed() == 0) no_mailbox();
  });
}

void Directory::rewrap(const MailboxRecord& before, const MailboxRecord& after) {
  if (before.id != after.id) throw Error(Fault::invalid, "a rewrapped key stays with its mailbox");
  implementation_->write([&](Connection& connection) {
    connection.run(
        "update mailbox set dep = ?, dep_version = ?, epoch = ?, wrapped = ?"
        " where id = ? and wrapped = ?",
        after.dep.value, std::int64_t{after.dep_version}, std::int64_t{after.epoch}, after.key.blob,
        before.id.value, before.key.blob);
    if (connection.changed() == 1) return;
    if (!connection.number("select 1 from mailbox where id = ?", before.id.value)) no_mailbox();
    throw Error(Fault::exists, "the mailbox's key was rewrapped by somebody else meanwhile",
                "read it again");
  });
  implementation_->truncate_log();  // of the former wrap
}

}  // namespace storage
