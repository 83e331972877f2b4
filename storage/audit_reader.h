#pragma once
// Reads the audit log and proves it whole, beside a running server or without one. Every call opens
// the file anew. Blocking; any thread.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "crypto/service_keys.h"
#include "storage/audit_checkpoint.h"
#include "storage/audit_query.h"
#include "storage/sqlite.h"

namespace storage {

struct AuditEntry {
  AuditRecord record;
  Bytes hash;
  bool damaged = false;  // it does not open: only its number is known
};

struct AuditPage {
  std::vector<AuditEntry> entries;  // in order
  std::int64_t next = 0;            // where to go on
  bool more = false;                // there may be
};

// What is wrong, and at which record; 0: with the log as a whole.
struct AuditFinding {
  std::int64_t number = 0;
  std::string text;
};

struct AuditVerdict {
  std::int64_t records = 0;
  std::optional<AuditCheckpoint> checkpoint;
  Bytes public_key;
  std::vector<AuditFinding> findings;  // the first audit_findings_limit
  bool whole() const { return findings.empty(); }
};

inline constexpr std::size_t audit_findings_limit = 1000;
inline constexpr std::int64_t audit_scan_limit = 100'000;  // records looked at for one page

class AuditReader {
 public:
  // Makes nothing: throws not_found when the log or a key is not there.
  AuditReader(const std::filesystem::path& data, crypto::ServiceKeys&);

  // The first `limit` that match, after record `after`; damaged ones always match. page.next: the
  // last that was looked at.
  AuditPage after(std::int64_t after, const AuditQuery&, std::size_t limit) const;
  // The last `limit` that match, before record `before`. page.next: the first that was looked at.
  AuditPage before(std::int64_t before, const AuditQuery&, std::size_t limit) const;

  // Everything: links, seals, places, the checkpoint; and an earlier checkpoint, where one is given
  // (in its stored form).
  AuditVerdict verify(const std::optional<Bytes>& against = std::nullopt) const;

 private:
  AuditEntry entry(const Query& row) const;
  AuditPage page(Query rows, std::int64_t start, const AuditQuery&, std::size_t limit) const;

  std::filesystem::path file_;
  crypto::DirectoryKey key_;
  Bytes public_key_;
  AuditCheckpointFile checkpoints_;
};

}  // namespace storage
