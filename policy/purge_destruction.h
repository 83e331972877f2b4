#pragma once
// Destroys what an approved purge means (RULES.md section 10). Each step can be done again: one
// that was cut, by a kill too, is done from the first on, and what is gone stays gone.

#include <functional>
#include <stop_token>
#include <string_view>

#include "crypto/service_keys.h"
#include "policy/audit.h"
#include "policy/key_ring.h"
#include "policy/mailboxes.h"
#include "policy/purge_certificate.h"
#include "storage/spool.h"

namespace policy {

// What it works on; all outlive it.
struct PurgeWorld {
  storage::Directory& directory;
  crypto::ServiceKeys& service_keys;
  KeyRing& ring;
  Mailboxes& mailboxes;
  Mailboxes::Databases& databases;
  storage::Spool& spool;
  Audit& audit;
  const Clock& clock;
  Issuer issuer;
};

// What it would destroy, as there is now. Throws unavailable when a database is not open here.
storage::PurgeCounts counted(const PurgeWorld&, const storage::PurgeRecord&);

// Called after each step, and while rows are destroyed after each transaction.
using PurgeProgress = std::function<void(const storage::PurgeRecord&, std::string_view step)>;
// To the log.
void log_purge_step(const storage::PurgeRecord&, std::string_view step);

class PurgeDestruction {
 public:
  PurgeDestruction(const PurgeWorld& world, const PurgeProgress& progress)
      : world_(world), progress_(progress) {}

  // The point of no return: on record, then marked in the directory.
  void mark(storage::PurgeRecord&);
  // Of one that is marked: all the rest, to the certificate. Throws unavailable when a step cannot
  // be done now, or when it was told to stop: then it is called again.
  void finish(storage::PurgeRecord&, const std::stop_token&);

 private:
  void close(const storage::PurgeRecord&, const std::stop_token&);
  void count(storage::PurgeRecord&);
  void destroy_availability_keys(const storage::PurgeRecord&);
  void destroy_keys(const storage::PurgeRecord&);
  void destroy_rows(const storage::PurgeRecord&, const std::stop_token&);
  void certify(storage::PurgeRecord&);
  void record(const storage::PurgeRecord&, std::string_view operation, std::string_view result);

  const PurgeWorld& world_;
  const PurgeProgress& progress_;
};

// As the audit log has it.
AuditEvent purge_event(const storage::PurgeRecord&, std::string_view operation,
                       std::string_view result);

}  // namespace policy
