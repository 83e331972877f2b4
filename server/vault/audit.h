#pragma once
// What was asked of the vault, by whom, with what result: one JSON object a line, appended.
//
//   audit.jsonl   {"time":seconds,"caller":..,"operation":..,"key":"name/version","status":200,
//                  "code":"..","request":uuid,"client_request":..}

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "server/vault/files.h"

namespace vault {

struct AuditEntry {
  UnixTime time = 0;
  std::string caller, operation, key;
  unsigned status = 0;
  std::string code, request, client_request;
};

class AuditLog {
 public:
  explicit AuditLog(const Path&);  // throws unavailable
  ~AuditLog();
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;

  // One write(2), on disk when it returns; what comes meanwhile shares the next fdatasync(2). Any
  // thread. Throws unavailable: what cannot be recorded is not done.
  void add(const AuditEntry&);

 private:
  void append(const std::string& line);
  void sync(std::unique_lock<std::mutex>&, std::uint64_t line);

  int file_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t written_ = 0, synced_ = 0;  // lines
  bool syncing_ = false;
};

}  // namespace vault
