#pragma once
// What was asked of the vault, by whom, with what result: one JSON object a line, each chained to
// the one before under a key that only the vault has, so that what is edited, taken out, moved or
// cut off is noticed.
//
//   audit.log          {"number":1,"time":seconds,"caller":..,"operation":..,"key":"name/version",
//                       "status":200,"code":"..","request":uuid,"client_request":..,"chain":hex}
//                      chain = HMAC-SHA256(key, chain of the line before || this line up to
//                      ,"chain"), 32 zero octets before the first; key =
//                      MasterKey::derived("audit")
//   audit.checkpoint   "number offset chain mac\n", rewritten in place: decimal, decimal, hex, hex;
//                      mac = HMAC-SHA256(key, all before the last blank)
//
// A line is on disk before its checkpoint is written: after a crash the log may be ahead of it,
// never behind.

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "server/vault/files.h"
#include "server/vault/secret.h"

namespace vault {

struct AuditEntry {
  UnixTime time = 0;
  std::string caller, operation, key;
  unsigned status = 0;
  std::string code, request, client_request;
};

struct AuditFiles {
  Path log, checkpoint;
};

// Where a chain stands.
struct AuditState {
  std::uint64_t number = 0;  // of the last line
  std::uint64_t offset = 0;  // of its end in the log
  Bytes chain = Bytes(32);
};

class AuditLog {
 public:
  // Goes on where the log ends. If that is not where the checkpoint says, the first new entry says
  // so, and the log never verifies again. Throws unavailable.
  AuditLog(const AuditFiles&, Secret key, const Clock&);
  ~AuditLog();
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;

  // On disk when it returns; what comes meanwhile shares the next fdatasync(2). Any thread. Throws
  // unavailable: what cannot be recorded is not answered.
  void add(const AuditEntry&);

 private:
  void write(const std::string& line) const;
  void sync(std::unique_lock<std::mutex>&, std::uint64_t number);
  void write_checkpoint(const AuditState&) const;

  const Secret key_;
  int log_, checkpoint_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  AuditState state_;          // with what was written last
  std::uint64_t synced_ = 0;  // number of the last line known to be on disk
  bool syncing_ = false;
};

struct AuditReport {
  AuditState state;                   // at the last line
  std::vector<std::string> problems;  // none: the log is whole
};
// Beside a running vault too. Throws not_found, unavailable.
AuditReport verify_audit(const AuditFiles&, const Secret& key);

}  // namespace vault
