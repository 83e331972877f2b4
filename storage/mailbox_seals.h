#pragma once
// A mailbox's keys and where it is: seals its records, opens them, and names what does not open. Of
// two keys, while the mailbox key is being changed, one seals. Any thread.

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "crypto/aead.h"
#include "crypto/delivery_key.h"
#include "storage/epoch_key.h"
#include "storage/gate.h"
#include "storage/reason.h"

namespace storage {

class MailboxSeals {
 public:
  // The newest seals, until use() says another.
  MailboxSeals(DatabaseId database, MailboxId mailbox, EpochKey newest,
               std::optional<EpochKey> former, std::shared_ptr<const Gate> gate);

  MailboxId mailbox() const { return mailbox_; }
  std::uint32_t epoch() const;  // of the key that seals
  // Throws corrupt when the key of that epoch is not known.
  void use(std::uint32_t epoch);
  // A newer key; it does not seal yet. Only it and the one that seals are kept.
  void learn(EpochKey);

  // Root, tree, folder states and blocks: under the mailbox key of `epoch`. `version`: versions.h;
  // 0 for kinds that have none.
  Bytes seal(crypto::Kind, std::int64_t row, std::uint32_t version, ByteView plain,
             std::uint32_t epoch) const;
  // Under any key that is known: a reader may see rows of just before the key was changed. Throws
  // corrupt, after a log line that names database, mailbox, kind and row; and what the gate throws,
  // as every open does.
  Bytes open(crypto::Kind, std::int64_t row, std::uint32_t version, ByteView sealed,
             const Reason&) const;

  crypto::WrappedKey<crypto::MessageLevel> wrap(const crypto::MessageKey&, MessageId,
                                                std::uint32_t epoch) const;
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

  // The private half of the delivery key, and what was sealed to the public one.
  crypto::WrappedKey<crypto::DeliveryLevel> wrap(const crypto::DeliveryKey&,
                                                 std::uint32_t epoch) const;
  crypto::DeliveryKey unwrap_delivery(ByteView wrapped, std::uint32_t epoch) const;
  Bytes open_chunk(const crypto::Place&, const crypto::ArrivalOpen&, std::uint32_t number,
                   bool last, ByteView sealed, const Reason&) const;

  // For what is open already. Throws what the gate throws.
  void pass(const Reason& reason) const { gate_->pass(reason.actor); }

  // The log line; and with it the Error to throw.
  void report(const char* what, std::int64_t row) const;
  [[noreturn]] void corrupt(const char* what, std::int64_t row) const;
  [[noreturn]] void corrupt(const crypto::Place&) const;
  // Likewise of a folder's block (folder_records.h), with the folder and the UIDs that it is for.
  void report_block(const char* what, std::int64_t block) const;
  [[noreturn]] void corrupt_block(const char* what, std::int64_t block) const;

 private:
  using Shared = std::shared_ptr<const EpochKey>;
  struct Keys {
    mutable std::mutex mutex;
    std::uint32_t epoch;        // that seals
    std::vector<Shared> known;  // one or two
  };
  std::vector<Shared> known() const;           // the one that seals first
  Shared find_key(std::uint32_t epoch) const;  // none when it is not known
  Shared key(std::uint32_t epoch) const;       // throws corrupt
  crypto::Crossing crossing(const Reason& reason) const {
    pass(reason);
    return {reason.cause, reason.actor, mailbox_};
  }
  [[noreturn]] void corrupt(crypto::Kind, std::int64_t row) const;
  [[noreturn]] void damaged(const char* what, std::int64_t row) const;  // the Error
  template <class Work>
  auto checked(const char* what, std::int64_t row, Work work) const;

  DatabaseId database_;
  MailboxId mailbox_;
  std::unique_ptr<Keys> keys_;
  std::shared_ptr<const Gate> gate_;
};

}  // namespace storage
