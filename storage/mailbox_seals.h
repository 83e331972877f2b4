#pragma once
// A mailbox's key and where it is: seals its records, opens them, and names what does not open.
// Any thread.

#include <string>

#include "base/bytes.h"
#include "crypto/aead.h"
#include "storage/reason.h"

namespace storage {

class MailboxSeals {
 public:
  MailboxSeals(DatabaseId database, MailboxId mailbox, crypto::MailboxKey key, std::uint32_t epoch)
      : database_(database), mailbox_(mailbox), key_(std::move(key)), epoch_(epoch) {}

  MailboxId mailbox() const { return mailbox_; }
  std::uint32_t epoch() const { return epoch_; }

  // Tree, folder states and blocks: under the mailbox key.
  Bytes seal(crypto::Kind, std::int64_t row, ByteView plain) const;
  // Throws corrupt, after a log line that names database, mailbox, kind and row.
  Bytes open(crypto::Kind, std::int64_t row, ByteView sealed, const Reason&) const;

  crypto::WrappedKey<crypto::MessageLevel> wrap(const crypto::MessageKey&, MessageId) const;
  // Throws corrupt, likewise. `epoch` is that of the row.
  crypto::MessageKey unwrap(ByteView wrapped, MessageId, std::uint32_t epoch) const;

  // Summary, texts and chunks: under the message's own key.
  crypto::Place place(crypto::Kind kind, MessageId message) const {
    return {.kind = kind, .mailbox = mailbox_, .row = message.value};
  }
  Bytes open(crypto::Kind, MessageId, const crypto::MessageKey&, ByteView sealed,
             const Reason&) const;
  Bytes open_chunk(MessageId, const crypto::MessageKey&, std::uint32_t number, bool last,
                   ByteView sealed, const Reason&) const;

  // The log line, and the Error to throw.
  [[noreturn]] void corrupt(const char* what, std::int64_t row) const;

 private:
  crypto::Crossing crossing(const Reason& reason) const {
    return {reason.cause, reason.actor, mailbox_};
  }
  template <class Work>
  auto checked(const char* what, std::int64_t row, Work work) const;

  DatabaseId database_;
  MailboxId mailbox_;
  crypto::MailboxKey key_;
  std::uint32_t epoch_;
};

}  // namespace storage
