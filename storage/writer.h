#pragma once
// Writes to a mailbox database, one transaction at a time. Who comes while nobody writes does so on
// his own thread; what comes meanwhile is queued, and the writer's thread takes it, at most 64
// operations or 4 MiB, into one transaction. No commit waits for others to come: an idle writer
// commits one operation at once and a busy one gathers. An operation that throws is rolled back
// alone.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "storage/sqlite.h"

namespace storage {

inline constexpr std::size_t batch_operations = 64;
inline constexpr std::size_t batch_bytes = 4 * 1024 * 1024;

// Who has operations in a batch: a mailbox, with what it keeps in memory of its rows. All calls
// come from whoever writes, one thread at a time, in this order: (keep | drop) for each operation,
// then flush, then committed or abandoned. After an operation alone in its batch: drop, and no
// more.
class Participant {
 public:
  virtual ~Participant() = default;
  virtual void keep() = 0;              // the operation stands
  virtual void drop() = 0;              // it is rolled back
  virtual void flush(Connection&) = 0;  // rows that are written once for a batch
  virtual void committed() = 0;         // it is on the disk: tell who waits for changes
  virtual void abandoned() = 0;         // nothing of the batch is
};

// Whether what was committed outlives a loss of power from its return on, or within a second. It
// outlives the end of the process either way.
enum class Durable { at_once, soon };

struct WriterCounters {
  std::uint64_t commits = 0, operations = 0, bytes = 0;
};

class Writer {
 public:
  using Operation = std::function<void(Connection&)>;

  // `after_commit` is called by whoever writes with the size of the WAL in bytes.
  Writer(const std::filesystem::path& file, std::function<void(std::int64_t)> after_commit);
  ~Writer();  // after what was queued

  // Returns when it is committed. Throws what the operation threw, or unavailable when the commit
  // failed or the writer has stopped for a disk error. `bytes`: about how much it writes.
  void run(std::shared_ptr<Participant>, std::size_t bytes, Operation, Durable = Durable::at_once);
  // Does not wait; a failure is logged. Dropped when the queue is long: for what can be made again.
  void post(std::shared_ptr<Participant>, std::size_t bytes, Operation);

  // All that was committed is on the disk. Throws unavailable when that failed. Any thread.
  void sync();

  WriterCounters counters() const;
  std::size_t queued() const;  // operations that wait for the next batch

 private:
  struct Job {
    std::shared_ptr<Participant> participant;
    std::size_t bytes;
    Operation operation;
    Durable durable = Durable::at_once;
    std::optional<std::promise<void>> done{};
    std::exception_ptr failure = nullptr;
  };
  using Batch = std::deque<Job>;

  using Time = std::chrono::steady_clock::time_point;

  struct Turn;
  bool takes_turn();
  void end_turn();
  void run_here(Job);
  void add(Job);
  void work();
  Batch next_batch();
  void wait_for_work(std::unique_lock<std::mutex>&);
  void sync_or_stop();
  void wait_for_disk(Durable);
  void note_unsynced();
  bool written(Batch&);
  bool commit(Batch&);
  void perform(Job&);
  void perform_alone(Job&);
  void roll_back(Batch&, std::exception_ptr);
  void announce(Batch&);
  void finish(Batch&);
  void count(const Batch&);
  void check_running();

  const std::filesystem::path log_;  // the file of the write-ahead log
  Connection connection_;
  Durable durable_ = Durable::at_once;  // how it commits now
  const std::int64_t page_size_;
  std::function<void(std::int64_t)> after_commit_;
  int wal_pages_ = 0;
  std::optional<std::string> stopped_;  // why

  mutable std::mutex mutex_;
  std::condition_variable queued_;
  std::deque<Job> queue_;
  bool writing_ = false;  // somebody has the turn: all above is his
  bool ending_ = false;
  std::optional<Time> unsynced_since_;  // commits since then may not be on the disk
  std::optional<std::string> sync_failure_;
  WriterCounters counters_;
  std::mutex sync_mutex_;  // before mutex_
  std::thread thread_;     // last: starts when all else is there
};

}  // namespace storage
