#include "storage/spool.h"

#include <algorithm>

#include "base/error.h"
#include "base/log.h"
#include "storage/migrations.h"
#include "storage/spool_rows.h"

namespace storage {
namespace {

constexpr std::size_t small_row = 4096;   // bytes, for the writer's batches
constexpr std::size_t ahead_at_once = 3;  // MiB, about: a big message does not hold up others
constexpr std::size_t chunks_at_once = ahead_at_once * 1024 * 1024 / chunk_size;
constexpr int truncate_tries = 100;  // each waits for readers for a while

enum Part : std::uint32_t { message_part = 0, envelope_part = 1 };

crypto::Place place_of(MailboxId mailbox, std::int64_t id, Part part) {
  return {.kind = crypto::Kind::spooled, .mailbox = mailbox, .row = id, .part = part};
}

}  // namespace

Spool::Spool(const std::filesystem::path& data, crypto::ServiceKeys& keys, Anchors& anchors)
    : file_(data / "spool.db"),
      key_(keys.directory_key()),
      lock_(data / "spool.owner"),
      anchors_(anchors),
      first_sent_(static_cast<std::int64_t>(anchors_.of(spool_held_back))),
      next_id_(prepared()),
      readers_(file_),
      checkpointer_(file_),
      writer_(file_, [this](std::int64_t wal_bytes) { checkpointer_.committed(wal_bytes); }) {}

// Brings the file to the newest schema and removes what was not taken over. AUTOINCREMENT remembers
// the highest id that ever was.
std::int64_t Spool::prepared() {
  Connection connection(file_, Connection::Mode::write);
  migrate(connection, FileKind::spool, spool_schema(), file_.string());
  const auto next_id =
      connection.number("select seq from sqlite_sequence where name = 'spooled'").value_or(0) + 1;
  check_generation(connection, next_id);
  sweep_prepared(connection, key_);
  return next_id;
}

void Spool::seal_envelope(SpoolRow& row, const crypto::DeliveryPublic& to,
                          const SpoolEnvelope& envelope) {
  auto sealed =
      sealed_for_delivery(to, place_of(row.mailbox, row.id, envelope_part), encoded(envelope));
  row.envelope_ephemeral = std::move(sealed.ephemeral);
  row.envelope = packed_chunks(sealed.chunks);
}

std::int64_t Spool::add(MailboxId mailbox, const crypto::DeliveryPublic& to,
                        const SpoolEnvelope& envelope, std::string_view octets, SpoolState state) {
  if (chunks_of(octets.size()) > message_chunk_limit)
    throw Error(Fault::too_big, "the message is too big to be stored");
  SpoolRow row{.id = next_id_++, .mailbox = mailbox, .state = SpoolState::prepared};
  auto sealed = sealed_for_delivery(to, place_of(mailbox, row.id, message_part), bytes_of(octets));
  row.ephemeral = std::move(sealed.ephemeral);
  row.chunks = static_cast<std::int64_t>(sealed.chunks.size());
  seal_envelope(row, to, envelope);
  for (std::size_t begin = 0; begin < sealed.chunks.size(); begin += chunks_at_once) {
    const auto end = std::min(begin + chunks_at_once, sealed.chunks.size());
    std::vector<SealedChunk> some;
    for (auto n = begin; n < end; ++n)
      some.push_back({row.id << 16 | static_cast<std::int64_t>(n), std::move(sealed.chunks[n])});
    if (end == sealed.chunks.size()) row.state = state;
    row.prove(key_);
    writer_.run(nullptr, some.size() * chunk_size, [&](Connection& connection) {
      if (begin == 0)
        insert_spooled(connection, key_, row);
      else
        update_spooled(connection, key_, row);
      insert_spooled_chunks(connection, some);
    });
  }
  return row.id;
}

std::vector<SpoolEntry> Spool::entries() { return spool_entries(*readers_.lease()); }

std::optional<SpoolEntry> Spool::find(std::int64_t id) {
  const auto row = find_spooled(*readers_.lease(), id);
  if (!row || row->state == SpoolState::prepared) return std::nullopt;
  return SpoolEntry{row->id, row->mailbox, row->state};
}

SpoolRow Spool::proven_row(Connection& connection, std::int64_t id) {
  auto row = find_spooled(connection, id);
  if (!row)
    throw Error(Fault::not_found, "message " + std::to_string(id) + " is not in the queue",
                "`sealpost queue list` names those that are");
  if (row->proven(key_)) return std::move(*row);
  logging::error(
      "corrupt",
      {{"database", "spool"}, {"mailbox", row->mailbox.value}, {"what", "message"}, {"row", id}});
  throw Error(Fault::corrupt, "spool.db: message " + std::to_string(id) +
                                  " is not as the server wrote it; it is not sent");
}

SpoolEnvelope Spool::envelope(std::int64_t id, Mailbox& mailbox, const Reason& reason) {
  const auto row = proven_row(*readers_.lease(), id);
  const auto plain =
      mailbox.open_delivered(place_of(row.mailbox, id, envelope_part),
                             {row.envelope_ephemeral, unpacked_chunks(row.envelope)}, reason);
  return decoded_spool_envelope(bytes_of(plain));
}

std::string Spool::octets(std::int64_t id, Mailbox& mailbox, const Reason& reason) {
  const auto reader = readers_.lease();
  const auto row = proven_row(*reader, id);
  auto chunks = spooled_chunks(*reader, row);
  if (static_cast<std::int64_t>(chunks.size()) != row.chunks) chunks.clear();
  return mailbox.open_delivered(place_of(row.mailbox, id, message_part),
                                {row.ephemeral, std::move(chunks)}, reason);
}

void Spool::set_state(std::int64_t id, SpoolState state) {
  writer_.run(nullptr, small_row, [&](Connection& connection) {
    auto row = proven_row(connection, id);
    row.state = state;
    row.prove(key_);
    update_spooled(connection, key_, row);
  });
}

void Spool::update(std::int64_t id, const crypto::DeliveryPublic& to, const SpoolEnvelope& envelope,
                   SpoolState state) {
  writer_.run(nullptr, small_row, [&](Connection& connection) {
    auto row = proven_row(connection, id);
    row.state = state;
    seal_envelope(row, to, envelope);
    row.prove(key_);
    update_spooled(connection, key_, row);
  });
}

void Spool::remove(std::int64_t id) {
  writer_.run(nullptr, small_row,
              [&](Connection& connection) { remove_spooled(connection, key_, id); });
}

void Spool::remove_all(MailboxId mailbox) {
  for (bool more = true; more;)
    writer_.run(nullptr, batch_bytes, [&](Connection& connection) {
      more = remove_some_spooled(connection, key_, mailbox);
    });
}

std::uint64_t Spool::count(std::span<const MailboxId> mailboxes) {
  const auto reader = readers_.lease();
  std::uint64_t all = 0;
  for (const auto mailbox : mailboxes)
    all += static_cast<std::uint64_t>(
        reader->number("select count(*) from spooled where mailbox = ?", mailbox.value).value());
  return all;
}

void Spool::destroy(std::span<const MailboxId> mailboxes, const std::function<void()>& each) {
  for (const auto mailbox : mailboxes)
    for (bool more = true; more; each())
      writer_.run(nullptr, batch_bytes, [&](Connection& connection) {
        more = remove_some_spooled(connection, key_, mailbox);
      });
  for (int tries = 0; !checkpointer_.truncate(); ++tries)
    if (tries == truncate_tries)
      throw Error(Fault::unavailable, "the queue's rows are removed, but still in its log",
                  "somebody reads it; it is tried again");
}

}  // namespace storage
