#pragma once
// What was asked of the vault, by whom, with what result: one JSON object a line, appended.
//
//   audit.jsonl   {"time":seconds,"caller":..,"operation":..,"key":"name/version","status":200,
//                  "code":"..","request":uuid,"client_request":..}

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

  // One write(2), any thread. Throws unavailable: what cannot be recorded is not done.
  void add(const AuditEntry&);

 private:
  int file_;
};

}  // namespace vault
