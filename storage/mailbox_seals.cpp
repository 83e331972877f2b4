#include "storage/mailbox_seals.h"

#include <algorithm>

#include "base/error.h"
#include "base/log.h"
#include "storage/folder_records.h"

namespace storage {
namespace {

constexpr std::size_t keys_kept = 2;  // beside one that is learned

const char* name_of(crypto::Kind kind) {
  switch (kind) {
    case crypto::Kind::summary:
      return "summary of message";
    case crypto::Kind::header_text:
      return "header text of message";
    case crypto::Kind::body_text:
      return "body text of message";
    case crypto::Kind::tree:
      return "folder tree, row";
    case crypto::Kind::folder_state:
      return "state of folder";
    case crypto::Kind::folder_block:
      return "folder block";
    case crypto::Kind::list_block:
      return "list block";
    case crypto::Kind::arrival:
      return "arrival";
    case crypto::Kind::spooled:
      return "message of the queue";
    case crypto::Kind::annotations:
      return "annotations of folder";
    case crypto::Kind::mailbox_root:
      return "root of mailbox, generation";
    case crypto::Kind::versions:
      return "list of versions";
    case crypto::Kind::search_group:
      return "group of search index";
    case crypto::Kind::search_part:
      return "part of search index";
    default:
      return "record";
  }
}

}  // namespace

void MailboxSeals::report(const char* what, std::int64_t row) const {
  logging::error(
      "corrupt",
      {{"database", database_.value}, {"mailbox", mailbox_.value}, {"what", what}, {"row", row}});
}

void MailboxSeals::corrupt(const char* what, std::int64_t row) const {
  report(what, row);
  damaged(what, row);
}

void MailboxSeals::damaged(const char* what, std::int64_t row) const {
  throw Error(Fault::corrupt, "database " + std::to_string(database_.value) + ", mailbox " +
                                  std::to_string(mailbox_.value) + ": " + what + ' ' +
                                  std::to_string(row) + " is damaged");
}

void MailboxSeals::corrupt(const crypto::Place& place) const { corrupt(place.kind, place.row); }

void MailboxSeals::corrupt(crypto::Kind kind, std::int64_t row) const {
  const bool is_block = kind == crypto::Kind::folder_block || kind == crypto::Kind::list_block;
  if (is_block) corrupt_block(name_of(kind), row);
  corrupt(name_of(kind), row);
}

void MailboxSeals::report_block(const char* what, BlockId block) const {
  logging::error("corrupt", {{"database", database_.value},
                             {"mailbox", mailbox_.value},
                             {"folder", folder_of(block).value},
                             {"first_uid", std::max(first_uid(block).value, 1U)},
                             {"last_uid", first_uid(block).value + uids_in_block - 1},
                             {"what", what},
                             {"row", block}});
}

void MailboxSeals::corrupt_block(const char* what, BlockId block) const {
  report_block(what, block);
  damaged(what, block);
}

// The one place that names what did not open: Aead knows no rows.
template <class Work>
auto MailboxSeals::checked(const char* what, std::int64_t row, Work work) const {
  try {
    return work();
  } catch (const Error& error) {
    if (error.fault() != Fault::corrupt && error.fault() != Fault::invalid) throw;
  }
  corrupt(what, row);
}

MailboxSeals::MailboxSeals(DatabaseId database, MailboxId mailbox, EpochKey newest,
                           std::optional<EpochKey> former, std::shared_ptr<const Gate> gate)
    : database_(database),
      mailbox_(mailbox),
      keys_(std::make_unique<Keys>()),
      gate_(std::move(gate)) {
  keys_->epoch = newest.epoch;
  keys_->known.push_back(std::make_shared<const EpochKey>(std::move(newest)));
  if (former) keys_->known.push_back(std::make_shared<const EpochKey>(std::move(*former)));
}

std::uint32_t MailboxSeals::epoch() const {
  const std::lock_guard lock(keys_->mutex);
  return keys_->epoch;
}

void MailboxSeals::use(std::uint32_t epoch) {
  key(epoch);
  const std::lock_guard lock(keys_->mutex);
  keys_->epoch = epoch;
}

void MailboxSeals::learn(EpochKey key) {
  const std::lock_guard lock(keys_->mutex);
  if (key.epoch == keys_->epoch) return;
  std::erase_if(keys_->known, [&](const Shared& known) { return known->epoch == key.epoch; });
  // A write that began before the last change still has what the key before that sealed.
  const auto before = [](const Shared& one, const Shared& other) {
    return one->epoch < other->epoch;
  };
  while (keys_->known.size() > keys_kept)
    keys_->known.erase(std::ranges::min_element(keys_->known, before));
  keys_->known.push_back(std::make_shared<const EpochKey>(std::move(key)));
}

std::vector<MailboxSeals::Shared> MailboxSeals::known() const {
  const std::lock_guard lock(keys_->mutex);
  auto known = keys_->known;
  std::ranges::stable_partition(known,
                                [&](const Shared& one) { return one->epoch == keys_->epoch; });
  return known;
}

MailboxSeals::Shared MailboxSeals::find_key(std::uint32_t epoch) const {
  for (auto& one : known())
    if (one->epoch == epoch) return one;
  return nullptr;
}

MailboxSeals::Shared MailboxSeals::key(std::uint32_t epoch) const {
  auto found = find_key(epoch);
  if (!found) corrupt("key epoch of mailbox", epoch);
  return found;
}

Bytes MailboxSeals::seal(crypto::Kind kind, std::int64_t row, std::uint32_t version, ByteView plain,
                         std::uint32_t epoch) const {
  const crypto::Place place{
      .kind = kind, .mailbox = mailbox_, .row = row, .part = version, .epoch = epoch};
  return crypto::Aead::seal_record(key(epoch)->key, place, plain);
}

Bytes MailboxSeals::open(crypto::Kind kind, std::int64_t row, std::uint32_t version,
                         ByteView sealed, const Reason& reason) const {
  for (const auto& by : known()) {
    const crypto::Place place{
        .kind = kind, .mailbox = mailbox_, .row = row, .part = version, .epoch = by->epoch};
    try {
      return crypto::Aead::open_record(by->key, place, sealed, crossing(reason));
    } catch (const Error& error) {
      if (error.fault() != Fault::corrupt && error.fault() != Fault::invalid) throw;
    }
  }
  corrupt(kind, row);
}

crypto::WrappedKey<crypto::MessageLevel> MailboxSeals::wrap(const crypto::MessageKey& message_key,
                                                            MessageId message,
                                                            std::uint32_t epoch) const {
  return crypto::Aead::wrap(message_key, key(epoch)->key,
                            {.kind = crypto::Kind::message_key,
                             .mailbox = mailbox_,
                             .row = message.value,
                             .epoch = epoch});
}

crypto::MessageKey MailboxSeals::unwrap(ByteView wrapped, MessageId message,
                                        std::uint32_t epoch) const {
  const crypto::Place place{
      .kind = crypto::Kind::message_key, .mailbox = mailbox_, .row = message.value, .epoch = epoch};
  const auto by = find_key(epoch);
  if (!by) corrupt("key of message", message.value);
  return checked("key of message", message.value, [&] {
    return crypto::Aead::unwrap(crypto::WrappedKey<crypto::MessageLevel>{copy_of(wrapped)}, by->key,
                                place);
  });
}

crypto::WrappedKey<crypto::DeliveryLevel> MailboxSeals::wrap(const crypto::DeliveryKey& delivery,
                                                             std::uint32_t epoch) const {
  return crypto::Aead::wrap(
      delivery, key(epoch)->key,
      {.kind = crypto::Kind::delivery_key, .mailbox = mailbox_, .epoch = epoch});
}

crypto::DeliveryKey MailboxSeals::unwrap_delivery(ByteView wrapped, std::uint32_t epoch) const {
  const crypto::Place place{
      .kind = crypto::Kind::delivery_key, .mailbox = mailbox_, .epoch = epoch};
  const auto by = find_key(epoch);
  if (!by) corrupt("delivery key of mailbox", mailbox_.value);
  return checked("delivery key of mailbox", mailbox_.value, [&] {
    return crypto::Aead::unwrap(crypto::WrappedKey<crypto::DeliveryLevel>{copy_of(wrapped)},
                                by->key, place);
  });
}

Bytes MailboxSeals::open_chunk(const crypto::Place& place, const crypto::ArrivalOpen& key,
                               std::uint32_t number, bool last, ByteView sealed,
                               const Reason& reason) const {
  return checked(name_of(place.kind), place.row,
                 [&] { return key.chunk(number, last, sealed, crossing(reason)); });
}

Bytes MailboxSeals::open(crypto::Kind kind, MessageId message, const crypto::MessageKey& key,
                         ByteView sealed, const Reason& reason) const {
  return checked(name_of(kind), message.value, [&] {
    return crypto::Aead::open_record(key, place(kind, message), sealed, crossing(reason));
  });
}

Bytes MailboxSeals::open_chunk(MessageId message, const crypto::MessageKey& key,
                               std::uint32_t number, bool last, ByteView sealed,
                               const Reason& reason) const {
  return checked("body of message", message.value, [&] {
    return crypto::Aead::open_chunk(key, place(crypto::Kind::body, message), number, last, sealed,
                                    crossing(reason));
  });
}

}  // namespace storage
