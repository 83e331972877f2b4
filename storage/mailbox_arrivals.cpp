// What arrived while nobody had the key, filed.

#include <algorithm>

#include "storage/arrival_rows.h"
#include "storage/mailbox_open.h"

namespace storage {
namespace {

constexpr std::size_t filed_at_once = 4 * 1024 * 1024;  // octets, about

std::optional<crypto::DeliveryKey> found_key(Connection& connection, const MailboxSeals& seals) {
  auto row = connection.query("select epoch, wrapped from delivery_key where mailbox = ?",
                              seals.mailbox().value);
  if (!row.next()) return std::nullopt;
  return seals.unwrap_delivery(row.blob(1), static_cast<std::uint32_t>(row.integer(0)));
}

std::string opened(const MailboxSeals& seals, const crypto::DeliveryKey& key,
                   const crypto::Place& place, const DeliverySealed& sealed, const Reason& reason) {
  const auto& chunks = sealed.chunks;
  crypto::DeliveryPublic ephemeral;
  if (sealed.ephemeral.size() != ephemeral.octets.size() || chunks.empty()) seals.corrupt(place);
  std::ranges::copy(sealed.ephemeral, ephemeral.octets.begin());
  const crypto::ArrivalOpen open(key, ephemeral, place);
  std::string plain;
  for (std::uint32_t number = 0; number < chunks.size(); ++number)
    plain += text_of(
        seals.open_chunk(place, open, number, number + 1 == chunks.size(), chunks[number], reason));
  return plain;
}

ArrivalContent opened(const MailboxSeals& seals, const crypto::DeliveryKey& key,
                      const ArrivalRow& row, std::vector<Bytes> chunks, const Reason& reason) {
  const crypto::Place place{
      .kind = crypto::Kind::arrival, .mailbox = seals.mailbox(), .row = row.id};
  if (chunks.size() != row.chunks) seals.report("count of chunks of arrival", row.id);
  return decoded_arrival(opened(seals, key, place, {row.ephemeral, std::move(chunks)}, reason));
}

// Any other was filed, and put back.
bool is_new(const MailboxRoot& root, const ArrivalRow& row) {
  return row.id > root.filed || root.unfiled.contains(row.id);
}

// What a call of file_arrivals made of what it found, in order.
struct Filing {
  std::vector<ArrivalRow> filed, damaged, old;

  void note(Folders& folders, Connection& connection) const {
    auto& root = folders.edit_root();
    for (const auto& row : filed) {
      remove_arrival(connection, row);
      root.unfiled.erase(row.id);
    }
    for (const auto* rows : {&damaged, &old})
      for (const auto& row : *rows) set_arrival_state(connection, row.id, ArrivalState::set_aside);
    for (const auto& row : damaged) root.unfiled.insert(row.id);
    raise(root, connection, folders.seals().mailbox());
  }

 private:
  // Some may have come since, with lower ids.
  void raise(MailboxRoot& root, Connection& connection, MailboxId mailbox) const {
    auto last = root.filed;
    for (const auto* rows : {&filed, &damaged})
      if (!rows->empty()) last = std::max(last, rows->back().id);
    for (const auto late : whole_arrivals_between(connection, mailbox, root.filed, last))
      root.unfiled.insert(late);
    root.filed = last;
  }
};

}  // namespace

crypto::DeliveryPublic Mailbox::delivery_public() {
  const auto& seals = open_->seals();
  const auto found = [&] {
    const auto reader = open_->database.readers.lease();
    return found_key(*reader, seals);
  }();
  if (found) return crypto::DeliveryAgreement::public_of(*found);
  const auto key = crypto::DeliveryKey::generate();
  // Whoever was first.
  return open_->write(small_write, [&](Folders& folders, Connection& connection) {
    const auto epoch = folders.epoch();
    connection.run("insert or ignore into delivery_key(mailbox, epoch, wrapped) values(?, ?, ?)",
                   seals.mailbox().value, std::int64_t{epoch}, seals.wrap(key, epoch).blob);
    return crypto::DeliveryAgreement::public_of(found_key(connection, seals).value());
  });
}

std::string Mailbox::open_delivered(const crypto::Place& place, const DeliverySealed& sealed,
                                    const Reason& reason) {
  const auto& seals = open_->seals();
  const auto key = [&] {
    const auto reader = open_->database.readers.lease();
    return found_key(*reader, seals);
  }();
  if (!key || place.mailbox != id_) seals.corrupt(place);
  return opened(seals, *key, place, sealed, reason);
}

std::size_t Mailbox::file_arrivals(std::size_t most, const Prepare& prepare, const Reason& reason) {
  const auto reader = open_->database.readers.lease();
  const auto rows = whole_arrivals(*reader, id_, most);
  if (rows.empty()) return 0;
  const auto key = found_key(*reader, open_->seals());
  if (!key) open_->seals().corrupt("delivery key of mailbox", id_.value);
  const auto root = open_->folders->root();
  std::vector<NewMessage> messages;
  Filing filing;
  std::size_t size = 0, done = 0;
  for (const auto& row : rows) {
    ++done;
    if (!is_new(*root, row)) {
      open_->seals().report("arrival that was filed before", row.id);
      filing.old.push_back(row);
      continue;
    }
    try {
      auto content = opened(open_->seals(), *key, row, arrival_chunks(*reader, row), reason);
      size += content.octets.size();
      messages.push_back(prepare(std::move(content.octets), content.internal_date, content.zone));
      filing.filed.push_back(row);
    } catch (const Error& error) {
      if (error.fault() != Fault::corrupt && error.fault() != Fault::invalid) throw;
      open_->seals().report("content of arrival", row.id);
      filing.damaged.push_back(row);
    }
    if (size >= filed_at_once) break;
  }
  const auto note = [&](Connection& connection) -> std::optional<Entry> {
    filing.note(*open_->folders, connection);
    return std::nullopt;
  };
  // It was accepted when it came.
  if (messages.empty()) {
    open_->write(small_write, [&](Folders&, Connection& connection) { note(connection); });
  } else {
    open_->append(tree()->folder("INBOX"), each_of(messages), {}, Room::granted, reason, note);
  }
  return done;
}

}  // namespace storage
