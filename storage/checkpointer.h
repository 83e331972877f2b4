#pragma once
// Moves the WAL into the database beside the writer, so that commits need not wait for it
// (reference: storage, 1.2): a passive checkpoint every 100 ms while the WAL is long, a truncating
// one after five seconds without a commit, or twenty seconds after one under steady load, since
// only that takes removed and replaced rows out of the WAL file (BOUNDARY.md, section 5); once more
// every second while somebody reads an old state. Gives free pages back when idle.

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

#include "storage/sqlite.h"

namespace storage {

class Checkpointer {
 public:
  explicit Checkpointer(const std::filesystem::path& file);
  ~Checkpointer();  // ends with a truncating checkpoint

  void committed(std::int64_t wal_bytes);  // any thread
  bool truncate();                         // now; false: a reader was in the way. Any thread.

 private:
  using Time = std::chrono::steady_clock::time_point;

  void work();
  void step(std::unique_lock<std::mutex>&);
  void empty_log(std::unique_lock<std::mutex>&, bool idle);
  void passive();
  void give_back_pages();
  bool checkpoint(int mode);

  std::mutex connection_mutex_;
  Connection connection_;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool ending_ = false;
  bool dirty_ = false;  // commits since the WAL was last truncated
  std::int64_t wal_bytes_ = 0;
  Time last_commit_, first_commit_;
  std::thread thread_;  // last: starts when all else is there
};

}  // namespace storage
