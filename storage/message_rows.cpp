#include "storage/message_rows.h"

#include <algorithm>

#include "base/error.h"
#include "base/log.h"

namespace storage {
namespace {

constexpr std::int64_t removed_at_once = 500;
constexpr std::int64_t ids_ahead = 256;
constexpr char summary_version = 1;
constexpr std::uint8_t came_encrypted = 8;

// Deleted cells are overwritten with zeros, but not those of bodies: they are ciphertext under a
// key that has just been overwritten, and zeros there would triple the bytes of an EXPUNGE.
class WithoutOverwriting {
 public:
  explicit WithoutOverwriting(Connection& connection) : connection_(connection) {
    connection_.run("pragma secure_delete=off");
  }
  ~WithoutOverwriting() {
    try {
      connection_.run("pragma secure_delete=on");
    } catch (const Error&) {  // only preparing it can fail: out of memory
      std::terminate();
    }
  }
  WithoutOverwriting(const WithoutOverwriting&) = delete;
  WithoutOverwriting& operator=(const WithoutOverwriting&) = delete;

 private:
  Connection& connection_;
};

// AUTOINCREMENT notes the highest id with each row that exceeds what is noted. Noted ahead, it is
// one page less for the others; after a restart some ids are passed over.
void note_ids_ahead(Connection& connection, MessageId message) {
  if (message.value % ids_ahead != 1) return;
  connection.run("update sqlite_sequence set seq = max(seq, ?) where name = 'message'",
                 message.value + ids_ahead - 1);
}

// Messages whose ids follow each other: one statement is for all of them.
struct Run {
  MessageId first, last;

  std::int64_t size() const { return last.value - first.value + 1; }
};

std::vector<Run> runs_of(std::vector<MessageId> messages) {
  std::ranges::sort(messages);
  std::vector<Run> runs;
  for (const auto message : messages)
    if (!runs.empty() && runs.back().last.value + 1 == message.value)
      runs.back().last = message;
    else
      runs.push_back({message, message});
  return runs;
}

void remove_run(Connection& connection, const Run& run) {
  for (const auto* sql : {"delete from message_key where message between ? and ?",
                          "delete from derived where message between ? and ?",
                          "delete from message where id between ? and ?"})
    connection.run(sql, run.first.value, run.last.value);
}

// That one entry has shown each of them.
void check_sole(Connection& connection, const MailboxSeals& seals, const Run& run) {
  const auto right =
      connection.number("select count(*) from message where id between ? and ? and refs < 2",
                        run.first.value, run.last.value);
  if (right == run.size()) return;
  for (auto message = run.first; message <= run.last; ++message.value) {
    const auto refs = connection.number("select refs from message where id = ?", message.value);
    if (!refs) seals.report("row of message", message.value);
    if (refs.value_or(0) > 1) seals.report("count of entries of message", message.value);
  }
}

}  // namespace

crypto::Content content_of(std::string_view summary) {
  const bool is = summary.size() > 1 && summary[0] == summary_version &&
                  (static_cast<std::uint8_t>(summary[1]) & came_encrypted) != 0;
  return is ? crypto::Content::opaque : crypto::Content::readable;
}

void insert_chunks(Connection& connection, std::span<const SealedChunk> chunks) {
  for (const auto& chunk : chunks)
    connection.run("insert into body(id, d) values(?, ?)", chunk.row, chunk.data);
}

void insert_message(Connection& connection, MailboxId mailbox, const SealedMessage& message) {
  connection.run("insert into message(id, mailbox, chunks, refs) values(?, ?, ?, 1)",
                 message.id.value, mailbox.value, static_cast<std::int64_t>(message.chunks));
  connection.run("insert into message_key(message, epoch, wrapped) values(?, ?, ?)",
                 message.id.value, std::int64_t{message.epoch}, message.key);
  connection.run("insert into derived(message, summary, header, body) values(?, ?, ?, ?)",
                 message.id.value, message.summary, message.header, message.body);
  note_ids_ahead(connection, message.id);
}

void remove_messages(Connection& connection, std::span<const MessageId> messages) {
  const auto runs = runs_of({messages.begin(), messages.end()});
  for (const auto& run : runs) remove_run(connection, run);
  if (runs.empty()) return;
  const WithoutOverwriting bodies(connection);
  for (const auto& run : runs)
    connection.run("delete from body where id between ? and ?", chunk_row(run.first, 0),
                   last_chunk_row(run.last));
}

void add_references(Connection& connection, const MailboxSeals& seals,
                    std::span<const Entry> entries) {
  std::vector<MessageId> messages;
  for (const auto& entry : entries) messages.push_back(entry.message);
  for (const auto& run : runs_of(std::move(messages))) {
    connection.run("update message set refs = refs + 1 where id between ? and ?", run.first.value,
                   run.last.value);
    if (connection.changed() == run.size()) continue;
    for (auto message = run.first; message <= run.last; ++message.value)
      if (!has_message(connection, message)) seals.corrupt("row of message", message.value);
  }
}

std::vector<MessageId> release_messages(Connection& connection, const MailboxSeals& seals,
                                        std::span<const Entry> entries) {
  std::vector<MessageId> sole, released;
  for (const auto& entry : entries) {
    if (!entry.shared) {
      sole.push_back(entry.message);
      continue;
    }
    const auto refs =
        connection.number("update message set refs = max(refs - 1, 0) where id = ? returning refs",
                          entry.message.value);
    if (!refs) seals.report("row of message", entry.message.value);
    if (refs.value_or(0) == 0) released.push_back(entry.message);
  }
  for (const auto& run : runs_of(sole)) check_sole(connection, seals, run);
  remove_messages(connection, sole);
  return released;
}

std::vector<MessageId> released_messages(Connection& connection, MailboxId mailbox) {
  std::vector<MessageId> released;
  auto rows =
      connection.query("select id from message where mailbox = ? and refs = 0", mailbox.value);
  while (rows.next()) released.emplace_back(rows.integer(0));
  return released;
}

void set_released_references(Connection& connection, MessageId message, std::int64_t entries) {
  connection.run("update message set refs = ? where id = ? and refs = 0", entries, message.value);
}

void note_unfinished(Connection& connection, MessageId message, std::uint64_t chunks) {
  connection.run("insert or ignore into unfinished(message, chunks) values(?, ?)", message.value,
                 static_cast<std::int64_t>(chunks));
}

void finish_unfinished(Connection& connection, MessageId message) {
  connection.run("delete from unfinished where message = ?", message.value);
}

void remove_unfinished(Connection& connection, MessageId message) {
  if (!connection.number("select 1 from unfinished where message = ?", message.value)) return;
  if (connection.number("select 1 from message_key where message = ?", message.value)) {
    const auto whose = connection.number("select mailbox from message where id = ?", message.value);
    logging::error("corrupt", {{"mailbox", whose.value_or(0)},
                               {"what", "note of an unfinished message"},
                               {"row", message.value}});
  } else {
    remove_messages(connection, std::span(&message, 1));
  }
  finish_unfinished(connection, message);
}

void sweep_unfinished(Connection& connection) {
  while (const auto message = connection.number("select message from unfinished limit 1")) {
    SqlTransaction transaction(connection, SqlTransaction::Kind::immediate);
    remove_unfinished(connection, MessageId(*message));
    transaction.commit();
  }
}

bool has_message(Connection& connection, MessageId message) {
  return connection.number("select 1 from message where id = ?", message.value).has_value();
}

bool remove_some_messages(Connection& connection, MailboxId mailbox) {
  std::vector<MessageId> gone;
  {
    auto rows = connection.query("select id from message where mailbox = ? limit ?", mailbox.value,
                                 removed_at_once);
    while (rows.next()) gone.emplace_back(rows.integer(0));
  }
  remove_messages(connection, gone);
  return !gone.empty();
}

}  // namespace storage
