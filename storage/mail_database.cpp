#include "storage/mail_database.h"

#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "storage/annotation_rows.h"
#include "storage/arrival_rows.h"
#include "storage/folder_rows.h"
#include "storage/mail_database_implementation.h"
#include "storage/mailbox_root.h"
#include "storage/message_rows.h"
#include "storage/migrations.h"

namespace storage {
namespace {

constexpr int truncate_tries = 100;  // each waits for readers for a while
// More than a database gives out between two backups; 2^47 messages and 2^37 folders is all there
// is.
constexpr std::int64_t ids_passed_over = std::int64_t{1} << 26;
constexpr std::int64_t folders_passed_over = 1 << 14;
constexpr std::int64_t most_messages = std::int64_t{1} << 46;
constexpr std::int64_t most_folders = std::int64_t{1} << 36;

std::filesystem::path made(const std::filesystem::path& directory) {
  std::error_code failure;
  if (std::filesystem::create_directories(directory, failure)) chmod(directory.c_str(), 0700);
  if (failure)
    throw Error(Fault::unavailable, "cannot make " + directory.string() + ": " + failure.message());
  return directory;
}

// AUTOINCREMENT remembers the highest id that ever was, also when that row is gone. That is no more
// than a row itself: those that are there count, too, and one that no block or chunk has room for
// is none.
std::int64_t highest_id(Connection& connection, std::string_view table, std::string_view sql,
                        std::int64_t most) {
  const auto noted = connection.number("select seq from sqlite_sequence where name = ?", table);
  const auto there = connection.number(sql, most).value_or(0);
  if (noted.value_or(0) <= most) return std::max(noted.value_or(0), there);
  logging::error("corrupt", {{"what", "sequence of table"}, {"table", table}});
  connection.run("update sqlite_sequence set seq = ? where name = ?", there, table);
  return there;
}

std::int64_t highest_message(Connection& connection) {
  return highest_id(connection, "message", "select max(id) from message where id <= ?",
                    most_messages);
}

std::int64_t highest_folder(Connection& connection) {
  return highest_id(connection, "folder", "select max(id) from folder where id <= ?", most_folders);
}

std::int64_t highest_arrival(Connection& connection) {
  const auto filed =
      connection.number("select max(filed) from root where filed <= ?", most_messages);
  return std::max(
      highest_id(connection, "arrival", "select max(id) from arrival where id <= ?", most_messages),
      filed.value_or(0));
}

void raise_sequence(Connection& connection, std::string_view table, std::int64_t to) {
  connection.run("delete from sqlite_sequence where name = ? and seq < ?", table, to);
  connection.run(
      "insert into sqlite_sequence(name, seq) select ?1, ?2 where not exists"
      " (select 1 from sqlite_sequence where name = ?1)",
      table, to);
}

std::map<MailboxId, std::uint64_t> found_generations(Connection& connection) {
  std::map<MailboxId, std::uint64_t> found;
  auto rows = connection.query("select mailbox, generation from root order by mailbox");
  while (rows.next())
    found.emplace_hint(found.end(), MailboxId(rows.integer(0)),
                       static_cast<std::uint64_t>(rows.integer(1)));
  return found;
}

// Brings the file to the newest schema and removes what a crash left.
MailDatabase::Implementation::Found prepared(const std::filesystem::path& file) {
  Connection connection(file, Connection::Mode::write);
  migrate(connection, FileKind::mail, mail_schema(), file.string());
  sweep_unfinished(connection);
  sweep_arrivals(connection);
  highest_folder(connection);
  return {highest_message(connection) + 1, highest_arrival(connection) + 1,
          mailboxes_with_arrivals(connection), found_generations(connection)};
}

void remove_folders(Connection& connection, MailboxId mailbox) {
  while (const auto folder =
             connection.number("select id from folder where mailbox = ? limit 1", mailbox.value))
    remove_folder_rows(connection, FolderId(*folder));
  remove_annotations(connection, mailbox);
  connection.run("delete from delivery_key where mailbox = ?", mailbox.value);
  remove_root(connection, mailbox);
  connection.run("delete from mailbox where id = ?", mailbox.value);
}

}  // namespace

MailDatabase::Implementation::Implementation(DatabaseId number,
                                             const std::filesystem::path& directory)
    : id(number),
      file(made(directory) / "store.db"),
      lock(directory / "owner"),
      found(prepared(file)),
      next_message_(found.next_message),
      next_arrival_(found.next_arrival),
      once_with_arrivals(found.with_arrivals),
      generations(found.generations),
      search(directory / "search.db"),
      readers(file),
      checkpointer(file),
      writer(file, [this](std::int64_t wal_bytes) { checkpointer.committed(wal_bytes); }) {}

MailDatabase::MailDatabase(DatabaseId id, const std::filesystem::path& directory)
    : implementation_(std::make_unique<Implementation>(id, directory)) {}

MailDatabase::~MailDatabase() = default;

DatabaseId MailDatabase::id() const { return implementation_->id; }

DatabaseCounters MailDatabase::counters() const {
  const auto counters = implementation_->writer.counters();
  return {counters.commits, counters.operations, counters.bytes};
}

std::vector<MailboxGeneration> MailDatabase::generations() const {
  return implementation_->generations.all();
}

std::vector<MailboxGeneration> MailDatabase::proven_generations() const {
  return implementation_->generations.proven();
}

void MailDatabase::sync() { implementation_->writer.sync(); }

void MailDatabase::pass_over_ids() {
  auto& database = *implementation_;
  database.next_message_ += ids_passed_over;
  database.next_arrival_ += ids_passed_over;
  database.writer.run(nullptr, 0, [&](Connection& connection) {
    raise_sequence(connection, "message", database.next_message_ - 1);
    raise_sequence(connection, "arrival", database.next_arrival_ - 1);
    raise_sequence(connection, "folder", highest_folder(connection) + folders_passed_over);
  });
  for (const auto mailbox : database.search.mailboxes()) database.search.remove(mailbox);
}

std::vector<MailboxId> MailDatabase::mailboxes() {
  const auto reader = implementation_->readers.lease();
  std::vector<MailboxId> found;
  auto rows = reader->query("select id from mailbox order by id");
  while (rows.next()) found.emplace_back(rows.integer(0));
  return found;
}

void MailDatabase::require_mailbox(MailboxId mailbox) {
  const auto reader = implementation_->readers.lease();
  if (reader->number("select 1 from mailbox where id = ?", mailbox.value)) return;
  throw Error(Fault::corrupt,
              "mailbox " + std::to_string(mailbox.value) + " is missing from " +
                  implementation_->file.string(),
              "is the volume mounted, and is it not an older copy that was put back?");
}

// Folders first, so that a crash leaves messages without entries, which a second call removes.
void MailDatabase::remove_mailbox(MailboxId mailbox) {
  auto& writer = implementation_->writer;
  writer.run(nullptr, 0, [&](Connection& connection) { remove_folders(connection, mailbox); });
  for (bool more = true; more;)
    writer.run(nullptr, batch_bytes,
               [&](Connection& connection) { more = remove_some_messages(connection, mailbox); });
  for (bool more = true; more;)
    writer.run(nullptr, batch_bytes,
               [&](Connection& connection) { more = remove_some_arrivals(connection, mailbox); });
  implementation_->generations.forget(mailbox);
  implementation_->search.remove(mailbox);
  for (int tries = 0; !implementation_->truncate(); ++tries)
    if (tries == truncate_tries)
      throw Error(Fault::unavailable, "the mailbox is removed, but its rows are still in the log",
                  "they go with the next quiet moment");
}

}  // namespace storage
