#include "storage/spool_rows.h"

#include "base/error.h"
#include "crypto/digest.h"
#include "crypto/keyed_hash.h"
#include "storage/codec.h"
#include "storage/spool_generation.h"

namespace storage {
namespace {

constexpr std::int64_t removed_at_once = 100;

Bytes proof_of(const crypto::DirectoryKey& key, const SpoolRow& row) {
  std::string text;
  for (const auto number :
       {row.id, row.mailbox.value, static_cast<std::int64_t>(row.state), row.chunks})
    text += std::to_string(number) + ':';
  text += to_hex(row.ephemeral) + ':' + to_hex(row.envelope_ephemeral) + ':' +
          to_hex(crypto::sha256(row.envelope));
  return crypto::KeyedHash::of(key, "spool", text);
}

SpoolState checked_state(std::int64_t number) {
  if (number < 0 || number > static_cast<std::int64_t>(SpoolState::held))
    throw Error(Fault::corrupt, "spool.db: a message is in an unknown state");
  return static_cast<SpoolState>(number);
}

std::vector<std::int64_t> numbers(Query rows) {
  std::vector<std::int64_t> all;
  while (rows.next()) all.push_back(rows.integer(0));
  return all;
}

Bytes stored_proof(Connection& connection, std::int64_t id) {
  auto row = connection.query("select proof from spooled where id = ?", id);
  return row.next() ? copy_of(row.blob(0)) : Bytes();
}

}  // namespace

void SpoolRow::prove(const crypto::DirectoryKey& key) { proof = proof_of(key, *this); }

// The hash is no secret of its owner: he who can read the row has it.
bool SpoolRow::proven(const crypto::DirectoryKey& key) const {
  return proof == proof_of(key, *this);
}

void insert_spooled(Connection& connection, const crypto::DirectoryKey& key, const SpoolRow& row) {
  note_spool_change(connection, key, {}, row.proof);
  connection.run(
      "insert into spooled(id, mailbox, state, chunks, ephemeral, envelope_ephemeral, envelope,"
      " proof) values(?, ?, ?, ?, ?, ?, ?, ?)",
      row.id, row.mailbox.value, static_cast<std::int64_t>(row.state), row.chunks, row.ephemeral,
      row.envelope_ephemeral, row.envelope, row.proof);
}

void insert_spooled_chunks(Connection& connection, const std::vector<SealedChunk>& chunks) {
  for (const auto& chunk : chunks)
    connection.run("insert into spooled_body(id, d) values(?, ?)", chunk.row, chunk.data);
}

void update_spooled(Connection& connection, const crypto::DirectoryKey& key, const SpoolRow& row) {
  note_spool_change(connection, key, stored_proof(connection, row.id), row.proof);
  connection.run(
      "update spooled set state = ?, envelope_ephemeral = ?, envelope = ?, proof = ? where id = ?",
      static_cast<std::int64_t>(row.state), row.envelope_ephemeral, row.envelope, row.proof,
      row.id);
  if (connection.changed() == 0)
    throw Error(Fault::not_found, "message " + std::to_string(row.id) + " is not in the queue");
}

// The message key of what is sealed to a public key is its ephemeral: that row goes with the rest.
void remove_spooled(Connection& connection, const crypto::DirectoryKey& key, std::int64_t id) {
  note_spool_change(connection, key, stored_proof(connection, id), {});
  connection.run("delete from spooled where id = ?", id);
  connection.run("delete from spooled_body where id between ? and ?", id << 16,
                 (id << 16) + static_cast<std::int64_t>(message_chunk_limit) - 1);
}

bool remove_some_spooled(Connection& connection, const crypto::DirectoryKey& key,
                         MailboxId mailbox) {
  const auto found = numbers(connection.query("select id from spooled where mailbox = ? limit ?",
                                              mailbox.value, removed_at_once));
  for (const auto id : found) remove_spooled(connection, key, id);
  return !found.empty();
}

void sweep_prepared(Connection& connection, const crypto::DirectoryKey& key) {
  for (const auto id : numbers(connection.query("select id from spooled where state = 0"))) {
    SqlTransaction transaction(connection, SqlTransaction::Kind::immediate);
    remove_spooled(connection, key, id);
    transaction.commit();
  }
}

std::optional<SpoolRow> find_spooled(Connection& connection, std::int64_t id) {
  auto row = connection.query(
      "select mailbox, state, chunks, ephemeral, envelope_ephemeral, envelope, proof from spooled"
      " where id = ?",
      id);
  if (!row.next()) return std::nullopt;
  return SpoolRow{.id = id,
                  .mailbox = MailboxId(row.integer(0)),
                  .state = checked_state(row.integer(1)),
                  .chunks = row.integer(2),
                  .ephemeral = copy_of(row.blob(3)),
                  .envelope_ephemeral = copy_of(row.blob(4)),
                  .envelope = copy_of(row.blob(5)),
                  .proof = copy_of(row.blob(6))};
}

std::vector<SpoolEntry> spool_entries(Connection& connection) {
  std::vector<SpoolEntry> all;
  auto rows =
      connection.query("select id, mailbox, state from spooled where state <> 0 order by id");
  while (rows.next())
    all.push_back({rows.integer(0), MailboxId(rows.integer(1)), checked_state(rows.integer(2))});
  return all;
}

std::vector<Bytes> spooled_chunks(Connection& connection, const SpoolRow& row) {
  std::vector<Bytes> chunks;
  auto query = connection.query("select d from spooled_body where id between ? and ? order by id",
                                row.id << 16, (row.id << 16) + row.chunks - 1);
  while (query.next()) chunks.push_back(copy_of(query.blob(0)));
  return chunks;
}

Bytes packed_chunks(const std::vector<Bytes>& chunks) {
  Encoder to;
  for (const auto& chunk : chunks) to.text<std::uint32_t>(text_of(chunk));
  return to.take();
}

std::vector<Bytes> unpacked_chunks(ByteView packed) {
  std::vector<Bytes> chunks;
  Decoder from(packed);
  for (std::size_t read = 0; read < packed.size();) {
    chunks.push_back(copy_of(bytes_of(from.text<std::uint32_t>())));
    read += sizeof(std::uint32_t) + chunks.back().size();
  }
  return chunks;
}

}  // namespace storage
