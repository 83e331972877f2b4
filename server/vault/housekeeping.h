#pragma once
// What a vault does of itself, with the passing of time: purges what has been deleted long enough,
// makes the new versions that rotation policies ask for, reminds of keys that are near their end.
// Each is in the audit log. And looks whether the holder of the keys is there.

#include <set>
#include <string>

#include "server/vault/audit.h"
#include "server/vault/store.h"

namespace vault {

class Housekeeping {
 public:
  Housekeeping(Store& store, AuditLog& audit, const Clock& clock)
      : store_(store), audit_(audit), clock_(clock) {}

  // One thread at a time. Logs what fails, and tries it again the next time.
  void run();

 private:
  void rotate(const KeyVersion&);
  void note(const char* operation, const std::string& key);

  Store& store_;
  AuditLog& audit_;
  const Clock& clock_;
  std::set<std::string> reminded_;  // of these versions, since the start
};

}  // namespace vault
