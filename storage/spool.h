#pragma once
// Mail on its way to other domains: `spool.db` in the data directory. Each message and its envelope
// are sealed to the delivery key of one mailbox, the sender's: they are read with that mailbox's
// key and not without it, and whoever takes it into the spool needs no key at all.
//
// Since anybody can seal to a public key, each row carries a proof under the directory key: what
// somebody else wrote into the file is `corrupt`, and never sent. Blocking; any thread. Writes are
// on disk (synchronous=FULL) when they return; errors common to all: unavailable (disk).

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "crypto/delivery_key.h"
#include "crypto/service_keys.h"
#include "storage/checkpointer.h"
#include "storage/generation_anchors.h"
#include "storage/mailbox.h"
#include "storage/owner_lock.h"
#include "storage/reader_pool.h"
#include "storage/spool_envelope.h"
#include "storage/writer.h"

namespace storage {

// Stored numbers: never reuse one.
enum class SpoolState : std::uint8_t {
  prepared = 0,      // not taken over from its client yet; gone with the next start
  waiting = 1,       // to be sent
  handing_over = 2,  // the end of DATA may have been sent, and was not answered
  held = 3,          // not to be sent until somebody says so
};

struct SpoolEntry {
  std::int64_t id;
  MailboxId mailbox;
  SpoolState state;
};

struct SpoolRow;

class Spool {
 public:
  // Makes it, or opens it and removes what was only prepared. Throws unavailable when another
  // process has it, invalid when it is of a newer version.
  // Messages of an older state that was put back are not sent (policy/RULES.md, "Roll-back").
  Spool(const std::filesystem::path& data, crypto::ServiceKeys&, Anchors&);

  // `state` is prepared, until set_state() says otherwise, or waiting. Throws too_big. Ids rise.
  std::int64_t add(MailboxId, const crypto::DeliveryPublic& of_mailbox, const SpoolEnvelope&,
                   std::string_view octets, SpoolState state);

  std::vector<SpoolEntry> entries();  // all but the prepared; ids rise
  std::optional<SpoolEntry> find(std::int64_t id);

  // All of these throw not_found when it is gone, corrupt when the row was altered or does not
  // open, and what the mailbox's gate throws.
  SpoolEnvelope envelope(std::int64_t id, Mailbox&, const Reason&);
  std::string octets(std::int64_t id, Mailbox&, const Reason&);
  void set_state(std::int64_t id, SpoolState);
  void update(std::int64_t id, const crypto::DeliveryPublic&, const SpoolEnvelope&, SpoolState);
  void remove(std::int64_t id);  // also one that is gone

  // ---- roll-backs. What was sent since that state would be sent again.
  bool rolled_back() const { return first_sent_ > 0; }
  bool holds_back(std::int64_t id) const { return id < first_sent_; }
  void accept_roll_back();     // what was held back is held, until somebody says so
  std::uint64_t generation();  // as last committed

  // ---- mailboxes that go
  void remove_all(MailboxId);
  std::uint64_t count(std::span<const MailboxId>);
  // Overwritten with zeros, and nothing left in the log; `each` is called after each transaction.
  // Throws unavailable while a reader keeps the log from being truncated.
  void destroy(std::span<const MailboxId>, const std::function<void()>& each);

 private:
  std::int64_t prepared();  // the next id
  void check_generation(Connection&, std::int64_t next_id);
  SpoolRow proven_row(Connection&, std::int64_t id);
  void seal_envelope(SpoolRow&, const crypto::DeliveryPublic&, const SpoolEnvelope&);

  const std::filesystem::path file_;
  const crypto::DirectoryKey key_;
  OwnerLock lock_;
  GenerationAnchors anchors_;
  std::atomic<std::int64_t>
      first_sent_;  // since a roll-back that was not accepted; 0: there is none
  std::atomic<std::int64_t> next_id_;
  ReaderPool readers_;
  Checkpointer checkpointer_;
  Writer writer_;  // ends first
};

}  // namespace storage
