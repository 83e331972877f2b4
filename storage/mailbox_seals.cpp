#include "storage/mailbox_seals.h"

#include "base/error.h"
#include "base/log.h"

namespace storage {
namespace {

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
    default:
      return "record";
  }
}

}  // namespace

void MailboxSeals::corrupt(const char* what, std::int64_t row) const {
  logging::error(
      "corrupt",
      {{"database", database_.value}, {"mailbox", mailbox_.value}, {"what", what}, {"row", row}});
  throw Error(Fault::corrupt, "database " + std::to_string(database_.value) + ", mailbox " +
                                  std::to_string(mailbox_.value) + ": " + what + ' ' +
                                  std::to_string(row) + " is damaged");
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

Bytes MailboxSeals::seal(crypto::Kind kind, std::int64_t row, ByteView plain) const {
  return crypto::Aead::seal_record(
      key_, {.kind = kind, .mailbox = mailbox_, .row = row, .epoch = epoch_}, plain);
}

Bytes MailboxSeals::open(crypto::Kind kind, std::int64_t row, ByteView sealed,
                         const Reason& reason) const {
  const crypto::Place place{.kind = kind, .mailbox = mailbox_, .row = row, .epoch = epoch_};
  return checked(name_of(kind), row,
                 [&] { return crypto::Aead::open_record(key_, place, sealed, crossing(reason)); });
}

crypto::WrappedKey<crypto::MessageLevel> MailboxSeals::wrap(const crypto::MessageKey& key,
                                                            MessageId message) const {
  return crypto::Aead::wrap(key, key_,
                            {.kind = crypto::Kind::message_key,
                             .mailbox = mailbox_,
                             .row = message.value,
                             .epoch = epoch_});
}

crypto::MessageKey MailboxSeals::unwrap(ByteView wrapped, MessageId message,
                                        std::uint32_t epoch) const {
  const crypto::Place place{
      .kind = crypto::Kind::message_key, .mailbox = mailbox_, .row = message.value, .epoch = epoch};
  return checked("key of message", message.value, [&] {
    return crypto::Aead::unwrap(crypto::WrappedKey<crypto::MessageLevel>{copy_of(wrapped)}, key_,
                                place);
  });
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
