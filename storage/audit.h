#pragma once
// The audit log: audit.db in the data directory, to which records are only ever added. Each is
// sealed under the directory key and linked to the one before it by a hash; after each commit the
// count and the last hash are signed and put into the service-key directory (audit_checkpoint.h).
// Read and proved by audit_reader.h. Bytes: crypto/FORMAT.md section 10.

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "crypto/service_keys.h"
#include "storage/audit_checkpoint.h"
#include "storage/audit_event.h"
#include "storage/owner_lock.h"
#include "storage/sqlite.h"

namespace storage {

// As what a break is recorded: the log is not what was signed for.
inline constexpr std::string_view broken_operation = "audit broken";

class AuditLog {
 public:
  // Opens or makes it, and compares its end with the checkpoint. If that does not fit, the log goes
  // on behind a record that says so and keeps the checkpoint; that is also logged as an error.
  // Throws corrupt when SQLite cannot read the file, unavailable when another process has it.
  AuditLog(const std::filesystem::path& data, crypto::ServiceKeys&, const Clock&,
           std::string organisation);

  // Stored and signed for when it returns, all or none. Those who come at once share one commit.
  // Blocking pool only; any thread. Throws unavailable.
  void append(std::span<const AuditEvent>);

  // What was wrong with the log when it was opened, or later while it was written.
  std::optional<std::string> broken() const;
  std::int64_t count() const;

 private:
  struct Waiting {
    std::span<const AuditEvent> events;
    bool done = false;
    std::exception_ptr failure;
  };
  struct Tail {
    std::int64_t count = 0;
    Bytes head;
    bool operator==(const Tail&) const = default;
  };

  void store(const std::vector<Waiting*>&);
  Tail found_tail();
  std::optional<std::string> damage(const Tail& found);
  std::optional<std::string> damage_after(std::int64_t number, Bytes hash);
  Bytes hash_at(std::int64_t number);
  Tail with_break(const Tail&, const std::string& damage);
  Tail added(const Tail&, AuditEvent);
  void sign(const Tail&);

  const std::filesystem::path file_;
  const Clock& clock_;
  const std::string organisation_;
  const crypto::DirectoryKey key_;
  const crypto::SigningKey signer_;
  const AuditCheckpointFile checkpoints_;
  OwnerLock lock_;
  // Of the thread that writes.
  Connection connection_;
  std::optional<AuditCheckpoint> checkpoint_;  // the last one

  mutable std::mutex mutex_;
  std::condition_variable written_;
  bool writing_ = false;
  std::vector<Waiting*> waiting_;
  std::optional<std::string> broken_;
  std::int64_t count_ = 0;
};

}  // namespace storage
