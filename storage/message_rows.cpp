#include "storage/message_rows.h"

#include "base/error.h"

namespace storage {
namespace {

constexpr std::int64_t removed_at_once = 500;
constexpr std::int64_t ids_ahead = 256;

struct Gone {
  MessageId message;
  std::int64_t chunks;
};

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

void remove_chunks(Connection& connection, const Gone& gone) {
  connection.run("delete from body where id between ? and ?", chunk_row(gone.message, 0),
                 chunk_row(gone.message, 0) + gone.chunks - 1);
}

void remove_rows(Connection& connection, std::span<const Gone> messages) {
  for (const auto& gone : messages) {
    connection.run("delete from message_key where message = ?", gone.message.value);
    connection.run("delete from derived where message = ?", gone.message.value);
    connection.run("delete from message where id = ?", gone.message.value);
  }
  if (messages.empty()) return;
  const WithoutOverwriting bodies(connection);
  for (const auto& gone : messages) remove_chunks(connection, gone);
}

// AUTOINCREMENT notes the highest id with each row that exceeds what is noted. Noted ahead, it is
// one page less for the others; after a restart some ids are passed over.
void note_ids_ahead(Connection& connection, MessageId message) {
  if (message.value % ids_ahead != 1) return;
  connection.run("update sqlite_sequence set seq = max(seq, ?) where name = 'message'",
                 message.value + ids_ahead - 1);
}

}  // namespace

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

void add_references(Connection& connection, MailboxId mailbox,
                    std::span<const MessageId> messages) {
  for (const auto message : messages) {
    connection.run("update message set refs = refs + 1 where id = ? and mailbox = ?", message.value,
                   mailbox.value);
    if (connection.changed() != 1)
      throw Error(Fault::corrupt,
                  "message " + std::to_string(message.value) + " has no row; it was not copied");
  }
}

void release_messages(Connection& connection, MailboxId mailbox,
                      std::span<const MessageId> messages) {
  std::vector<Gone> gone;
  for (const auto message : messages) {
    auto row = connection.query(
        "update message set refs = refs - 1 where id = ? and mailbox = ? returning refs, chunks",
        message.value, mailbox.value);
    if (row.next() && row.integer(0) <= 0) gone.push_back({message, row.integer(1)});
  }
  remove_rows(connection, gone);
}

void note_unfinished(Connection& connection, MessageId message, std::uint64_t chunks) {
  connection.run("insert or ignore into unfinished(message, chunks) values(?, ?)", message.value,
                 static_cast<std::int64_t>(chunks));
}

void finish_unfinished(Connection& connection, MessageId message) {
  connection.run("delete from unfinished where message = ?", message.value);
}

void remove_unfinished(Connection& connection, MessageId message) {
  const auto chunks =
      connection.number("select chunks from unfinished where message = ?", message.value);
  if (!chunks) return;
  remove_rows(connection, std::vector<Gone>{{message, *chunks}});
  finish_unfinished(connection, message);
}

void sweep_unfinished(Connection& connection) {
  while (const auto message = connection.number("select message from unfinished limit 1")) {
    SqlTransaction transaction(connection, SqlTransaction::Kind::immediate);
    remove_unfinished(connection, MessageId(*message));
    transaction.commit();
  }
}

bool remove_some_messages(Connection& connection, MailboxId mailbox) {
  std::vector<Gone> gone;
  {
    auto rows = connection.query("select id, chunks from message where mailbox = ? limit ?",
                                 mailbox.value, removed_at_once);
    while (rows.next()) gone.push_back({MessageId(rows.integer(0)), rows.integer(1)});
  }
  remove_rows(connection, gone);
  return !gone.empty();
}

}  // namespace storage
