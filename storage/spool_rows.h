#pragma once
// The rows of the spool (schema/spool/). In an operation of the writer, but for those that only
// read.

#include <cstdint>
#include <optional>
#include <vector>

#include "crypto/keys.h"
#include "storage/delivery_sealed.h"
#include "storage/message_rows.h"
#include "storage/spool.h"
#include "storage/sqlite.h"

namespace storage {

struct SpoolRow {
  std::int64_t id = 0;
  MailboxId mailbox;
  SpoolState state = SpoolState::prepared;
  std::int64_t chunks = 0;
  Bytes ephemeral{}, envelope_ephemeral{}, envelope{}, proof{};

  // Proves all the rest of the row.
  void prove(const crypto::DirectoryKey&);
  bool proven(const crypto::DirectoryKey&) const;
};

void insert_spooled(Connection&, const crypto::DirectoryKey&, const SpoolRow&);
void insert_spooled_chunks(Connection&, const std::vector<SealedChunk>&);
// Throws not_found when it is gone.
void update_spooled(Connection&, const crypto::DirectoryKey&, const SpoolRow&);
void remove_spooled(Connection&, const crypto::DirectoryKey&, std::int64_t id);
// False: there are no more.
bool remove_some_spooled(Connection&, const crypto::DirectoryKey&, MailboxId);
void sweep_prepared(Connection&, const crypto::DirectoryKey&);

// ---- reading
std::optional<SpoolRow> find_spooled(Connection&, std::int64_t id);
std::vector<SpoolEntry> spool_entries(Connection&);
std::vector<Bytes> spooled_chunks(Connection&, const SpoolRow&);  // those that are there

// The one blob that holds the chunks of an envelope: each behind its length. Reading throws
// corrupt.
Bytes packed_chunks(const std::vector<Bytes>&);
std::vector<Bytes> unpacked_chunks(ByteView);

}  // namespace storage
