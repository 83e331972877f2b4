#include "storage/checkpointer.h"

#include <sqlite3.h>

#include "base/log.h"

namespace storage {
namespace {

using namespace std::chrono_literals;

constexpr auto step_time = 100ms;
constexpr auto idle_time = 5s;
constexpr auto longest_time = 20s;
constexpr auto retry_time = 1s;
constexpr std::int64_t long_wal = 8 << 20;    // bytes
constexpr std::int64_t given_back = 4 << 20;  // bytes at a time

std::chrono::steady_clock::time_point now() { return std::chrono::steady_clock::now(); }

}  // namespace

Checkpointer::Checkpointer(const std::filesystem::path& file)
    : connection_(file, Connection::Mode::write) {
  sqlite3_busy_timeout(connection_.handle(), short_busy_timeout_ms);
  thread_ = std::thread([this] { work(); });
}

Checkpointer::~Checkpointer() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
  truncate();
}

void Checkpointer::committed(std::int64_t wal_bytes) {
  const std::lock_guard lock(mutex_);
  last_commit_ = now();
  wal_bytes_ = wal_bytes;
  if (dirty_) return;
  dirty_ = true;
  first_commit_ = last_commit_;
  changed_.notify_one();
}

bool Checkpointer::checkpoint(int mode) {
  const std::lock_guard lock(connection_mutex_);
  const int code = sqlite3_wal_checkpoint_v2(connection_.handle(), nullptr, mode, nullptr, nullptr);
  if (code != SQLITE_OK && (code & 0xff) != SQLITE_BUSY)
    logging::error("checkpoint_failed", {{"reason", sqlite3_errstr(code)}});
  return code == SQLITE_OK;
}

bool Checkpointer::truncate() { return checkpoint(SQLITE_CHECKPOINT_TRUNCATE); }
void Checkpointer::passive() { checkpoint(SQLITE_CHECKPOINT_PASSIVE); }

void Checkpointer::give_back_pages() {
  const std::lock_guard lock(connection_mutex_);
  try {
    const auto free = connection_.number("pragma freelist_count").value_or(0);
    const auto all = connection_.number("pragma page_count").value_or(0);
    const auto pages = given_back / connection_.page_size();
    if (free * 10 > all)
      connection_.script("pragma incremental_vacuum(" + std::to_string(pages) + ")");
  } catch (const Error&) {  // busy: the next idle time does it
  }
}

void Checkpointer::work() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    changed_.wait(lock, [&] { return ending_ || dirty_; });
    changed_.wait_for(lock, step_time, [&] { return ending_; });
    if (!ending_) step(lock);
  }
}

void Checkpointer::step(std::unique_lock<std::mutex>& lock) {
  const auto time = now();
  const bool idle = time - last_commit_ > idle_time;
  if (idle || time - first_commit_ > longest_time) return empty_log(lock, idle);
  if (wal_bytes_ <= long_wal) return;
  lock.unlock();
  passive();
  lock.lock();
}

// The passive one first, so that the writer waits for little.
void Checkpointer::empty_log(std::unique_lock<std::mutex>& lock, bool idle) {
  dirty_ = false;
  lock.unlock();
  if (idle) give_back_pages();
  passive();
  const bool done = truncate();
  lock.lock();
  if (done) return;
  dirty_ = true;  // somebody reads: due again a little later
  last_commit_ = now() - idle_time + retry_time;
  first_commit_ = now() - longest_time + retry_time;
}

}  // namespace storage
