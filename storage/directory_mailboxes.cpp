// Mailboxes: where they are, and their wrapped keys.

#include "storage/directory_implementation.h"

namespace storage {
namespace {

std::optional<DepId> dep_of(std::optional<std::int64_t> id) {
  return id ? std::optional(DepId(*id)) : std::nullopt;
}

std::uint32_t number32(std::int64_t number) { return static_cast<std::uint32_t>(number); }

// A row of mailbox_record.
MailboxRecord record(const Query& row) {
  MailboxRecord found{.id = MailboxId(row.integer(0)),
                      .account = AccountId(row.integer(1)),
                      .database = DatabaseId(row.integer(2)),
                      .assigned = dep_of(row.optional_integer(3)),
                      .dep = DepId(row.integer(4)),
                      .dep_version = number32(row.integer(5)),
                      .epoch = number32(row.integer(6)),
                      .key = {copy_of(row.blob(7))}};
  if (row.integer(10) != static_cast<std::int64_t>(Renewal::none))
    found.former = FormerKey{.epoch = number32(row.integer(8)),
                             .key = {copy_of(row.blob(9))},
                             .renewal = static_cast<Renewal>(row.integer(10))};
  if (row.optional_integer(11)) found.target = {DepId(row.integer(11)), number32(row.integer(12))};
  found.hold = static_cast<Hold>(row.integer(13));
  return found;
}

// Where a mailbox belongs follows from DEPs and purges: nowhere else, while these are not believed.
MailboxRecord record(const RowGuard& guard, const Query& row) {
  auto found = record(row);
  if (guard.common()) found.target = {};
  return found;
}

std::vector<MailboxRecord> records(const RowGuard& guard, Query rows) {
  std::vector<MailboxRecord> found;
  while (rows.next()) found.push_back(record(guard, rows));
  return found;
}

// What a job may change.
std::vector<MailboxRecord> believed(const RowGuard& guard, Query rows) {
  if (guard.common()) return {};
  auto found = records(guard, std::move(rows));
  std::erase_if(found, [&](const auto& mailbox) { return guard.bars(mailbox.id); });
  return found;
}

[[noreturn]] void no_mailbox() { throw Error(Fault::not_found, "there is no such mailbox"); }

bool version_is_there(Connection& connection, const DepVersion& version) {
  return connection
      .number("select 1 from dep_key where dep = ? and version = ? limit 1", version.dep.value,
              std::int64_t{version.version})
      .has_value();
}

bool is_held(Connection& connection, MailboxId mailbox) {
  return connection.number("select 1 from mailbox_record where id = ? and hold <> 0", mailbox.value)
      .has_value();
}

bool swapped(const RowGuard& guard, Connection& connection, const Rewrapped& mailbox) {
  const auto& [before, after] = mailbox;
  if (guard.bars(before.id)) return false;
  if (after.under() != before.under() && is_held(connection, before.id)) return false;
  const Bytes none;
  const auto& former_before = before.former ? before.former->key.blob : none;
  const auto& former_after = after.former ? after.former->key.blob : none;
  const auto renewal = after.former ? after.former->renewal : Renewal::none;
  connection.run(
      "update mailbox set dep = ?, dep_version = ?, epoch = ?, wrapped = ?, former_epoch = ?,"
      " former_wrapped = ?, renewal = ? where id = ? and wrapped = ? and former_wrapped = ?",
      after.dep.value, std::int64_t{after.dep_version}, std::int64_t{after.epoch}, after.key.blob,
      std::int64_t{after.former ? after.former->epoch : 0}, former_after,
      static_cast<std::int64_t>(renewal), before.id.value, before.key.blob, former_before);
  return connection.changed() == 1;
}

}  // namespace

MailboxRecord Directory::mailbox(MailboxId id) {
  return implementation_->read([&](Connection& connection) {
    implementation_->require_believed(id);
    auto row = connection.query("select * from mailbox_record where id = ?", id.value);
    if (!row.next()) no_mailbox();
    return record(implementation_->row_guard, row);
  });
}

std::vector<MailboxRecord> Directory::mailboxes() {
  return implementation_->read([&](Connection& connection) {
    return records(implementation_->row_guard,
                   connection.query("select * from mailbox_record order by id"));
  });
}

std::vector<MailboxRecord> Directory::mailboxes_of(DepId dep) {
  return implementation_->read([&](Connection& connection) {
    return records(
        implementation_->row_guard,
        connection.query("select * from mailbox_record where dep = ?1 or assigned = ?1 order by id",
                         dep.value));
  });
}

std::vector<MailboxRecord> Directory::mailboxes_to_be_moved(MailboxId after, std::size_t at_most) {
  return implementation_->read([&](Connection& connection) {
    return believed(implementation_->row_guard,
                    connection.query("select * from mailbox_record"
                                     " where id > ? and hold = 0"
                                     " and (dep <> target_dep or dep_version <> target_version)"
                                     " order by id limit ?",
                                     after.value, static_cast<std::int64_t>(at_most)));
  });
}

std::vector<MailboxRecord> Directory::mailboxes_in_renewal() {
  return implementation_->read([&](Connection& connection) {
    return believed(
        implementation_->row_guard,
        connection.query("select * from mailbox_record where renewal <> 0 order by id"));
  });
}

void Directory::assign(std::span<const MailboxId> mailboxes, std::optional<DepId> dep) {
  const auto assigned = dep ? std::optional(dep->value) : std::nullopt;
  implementation_->write([&](Connection& connection) {
    if (dep && !connection.number("select 1 from dep where id = ?", dep->value))
      throw Error(Fault::not_found, "there is no such DEP");
    if (dep) implementation_->require_free(connection, *dep);
    for (const auto mailbox : mailboxes) {
      implementation_->require_free(connection, mailbox);
      connection.run("update mailbox set assigned = ? where id = ?", assigned, mailbox.value);
      if (connection.changed() == 0) no_mailbox();
    }
  });
}

std::size_t Directory::rewrap(std::span<const Rewrapped> mailboxes) {
  const auto count = implementation_->write([&](Connection& connection) {
    std::size_t done = 0;
    for (const auto& mailbox : mailboxes) {
      if (mailbox.before.id != mailbox.after.id)
        throw Error(Fault::invalid, "a rewrapped key stays with its mailbox");
      // What is removed meanwhile opens nothing any more.
      if (version_is_there(connection, mailbox.after.under()) &&
          swapped(implementation_->row_guard, connection, mailbox))
        ++done;
    }
    return done;
  });
  implementation_->truncate_log();  // of the former wraps
  return count;
}

void Directory::rewrap(const MailboxRecord& before, const MailboxRecord& after) {
  const Rewrapped one[] = {{before, after}};
  if (rewrap(one) == 1) return;
  mailbox(before.id);
  throw Error(Fault::exists, "the mailbox's key was changed by somebody else meanwhile",
              "read it again");
}

std::vector<VersionCount> Directory::version_counts() {
  return implementation_->read([](Connection& connection) {
    std::vector<VersionCount> counts;
    auto rows = connection.query(
        "select k.dep, k.version, count(m.id),"
        " count(m.id) filter (where hold = 0"
        " and (m.dep <> target_dep or dep_version <> target_version))"
        " from (select distinct dep, version from dep_key) k"
        " left join mailbox_record m on m.dep = k.dep and m.dep_version = k.version"
        " group by k.dep, k.version order by k.dep, k.version");
    while (rows.next())
      counts.push_back({{DepId(rows.integer(0)), number32(rows.integer(1))},
                        static_cast<std::uint64_t>(rows.integer(2)),
                        static_cast<std::uint64_t>(rows.integer(3))});
    return counts;
  });
}

}  // namespace storage
