#pragma once
// What the data directory was when the server last wrote to it: `anchors.db` in the service-key
// directory, where who can write to the data directory alone does not get. By it an older state
// that was put back is noticed (policy/RULES.md, "Roll-back"): digests of the rows of directory.db
// (row_guard.h), and how often mailboxes, spool and ledger were changed (generations.h). Stored
// form: crypto/FORMAT.md section 14.
//
// Blocking; any thread. Throws unavailable.

#include <filesystem>
#include <mutex>
#include <utility>

#include "storage/sqlite.h"

namespace storage {

class Anchors {
 public:
  // Made if it is not there.
  explicit Anchors(const std::filesystem::path& service_keys);

  // written: it outlives the process, and perhaps not a loss of power.
  enum class Until { on_disk, written };

  template <class Work>
  void write(Until until, Work work) {
    const std::lock_guard guard(mutex_);
    connection_.script(until == Until::on_disk ? "pragma synchronous=full"
                                               : "pragma synchronous=normal");
    SqlTransaction transaction(connection_, SqlTransaction::Kind::immediate);
    work(connection_);
    transaction.commit();
  }
  template <class Work>
  auto read(Work work) {
    const std::lock_guard guard(mutex_);
    return work(connection_);
  }

 private:
  std::mutex mutex_;
  Connection connection_;
};

}  // namespace storage
