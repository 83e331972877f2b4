#pragma once
// How far the audit log goes and what its last hash is, signed, and kept in the service-key
// directory: who can write to the data directory alone cannot shorten the log or put back an old
// copy of it unnoticed (crypto/FORMAT.md section 10).

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/clock.h"
#include "crypto/keys.h"

namespace storage {

struct AuditCheckpoint {
  std::uint64_t generation = 0;  // of two, the greater is the later
  std::int64_t count = 0;        // records
  UnixTime time = 0;
  Bytes head;  // hash of the last of them
  Bytes signature;

  void sign(const crypto::SigningKey&);
  Bytes stored() const;  // 128 octets
  // Nothing when it is none, or was not signed by the holder of that key.
  static std::optional<AuditCheckpoint> checked(ByteView stored, ByteView public_key);
};

// The same as one word, for people to keep elsewhere. Throws invalid when it is none.
std::string word_of(ByteView stored);
Bytes stored_of(std::string_view word);

// Two places that are written in turn, so that one is whole at any moment. One writer.
class AuditCheckpointFile {
 public:
  explicit AuditCheckpointFile(const std::filesystem::path& service_keys)
      : path_(service_keys / "audit.checkpoint") {}

  // The later one that holds. Nothing when there is no file, or none in it holds.
  std::optional<AuditCheckpoint> read(ByteView public_key) const;
  // On disk when it returns. Throws unavailable.
  void write(const AuditCheckpoint&) const;

 private:
  std::filesystem::path path_;
};

}  // namespace storage
