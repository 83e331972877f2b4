#include "storage/writer.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>
#include <utility>

#include "base/log.h"
#include "base/stack.h"

namespace storage {
namespace {

constexpr std::size_t posts_queued = 256;
constexpr std::int64_t wal_backstop = 64 << 20;  // bytes
constexpr std::chrono::milliseconds soon{500};

int note_wal_pages(void* pages, sqlite3*, const char*, int count) {
  *static_cast<int*>(pages) = count;
  return SQLITE_OK;
}

std::string text_of_failure(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    return error.what();
  }
}

// Why not. What was written by others is synced too.
std::optional<std::string> sync_failure(const std::filesystem::path& file) {
  const int handle = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (handle < 0) return std::strerror(errno);
  const int failed = ::fdatasync(handle);
  const int why = errno;
  ::close(handle);
  if (failed != 0) return std::strerror(why);
  return std::nullopt;
}

template <class Jobs, class Call>
void each_participant(Jobs& jobs, Call call) {
  std::set<Participant*> seen;
  for (auto& job : jobs)
    if (job.participant && seen.insert(job.participant.get()).second) call(*job.participant);
}

}  // namespace

// Ends it.
struct Writer::Turn {
  Writer& writer;
  ~Turn() { writer.end_turn(); }
};

Writer::Writer(const std::filesystem::path& file, std::function<void(std::int64_t)> after_commit)
    : log_(file.string() + "-wal"),
      connection_(file, Connection::Mode::write),
      page_size_(connection_.page_size()),
      after_commit_(std::move(after_commit)) {
  // In the place of the automatic checkpoint, which is this same hook (write() has the backstop).
  sqlite3_wal_hook(connection_.handle(), note_wal_pages, &wal_pages_);
  thread_ = std::thread([this] { work(); });
}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  queued_.notify_one();
  thread_.join();
  sync_or_stop();
}

void Writer::run(std::shared_ptr<Participant> participant, std::size_t bytes, Operation operation,
                 Durable durable) {
  Job job{std::move(participant), bytes, std::move(operation), durable};
  if (takes_turn()) return run_here(std::move(job));
  auto done = job.done.emplace().get_future();
  add(std::move(job));
  done.get();
}

bool Writer::takes_turn() {
  const std::lock_guard lock(mutex_);
  if (writing_ || ending_ || !queue_.empty()) return false;
  return writing_ = true;
}

void Writer::end_turn() {
  const bool more = [&] {
    const std::lock_guard lock(mutex_);
    writing_ = false;
    return ending_ || !queue_.empty();
  }();
  if (more) queued_.notify_one();
}

void Writer::run_here(Job job) {
  const Turn turn{*this};
  Batch batch;
  batch.push_back(std::move(job));
  if (written(batch)) announce(batch);
  if (batch.front().failure) std::rethrow_exception(batch.front().failure);
}

void Writer::post(std::shared_ptr<Participant> participant, std::size_t bytes,
                  Operation operation) {
  {
    const std::lock_guard lock(mutex_);
    if (queue_.size() >= posts_queued) return;
  }
  add({std::move(participant), bytes, std::move(operation)});
}

void Writer::add(Job job) {
  const bool idle = [&] {
    const std::lock_guard lock(mutex_);
    if (ending_) throw Error(Fault::unavailable, "the mailbox database is being closed");
    queue_.push_back(std::move(job));
    return !writing_;
  }();
  if (idle) queued_.notify_one();
}

WriterCounters Writer::counters() const {
  const std::lock_guard lock(mutex_);
  return counters_;
}

std::size_t Writer::queued() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

// An older call may still be at it: what it took is not on the disk before it has ended. Once one
// has failed none succeeds: the kernel does not try again what it could not write.
void Writer::sync() {
  const std::lock_guard one(sync_mutex_);
  const bool is_due = [&] {
    const std::lock_guard lock(mutex_);
    return std::exchange(unsynced_since_, std::nullopt).has_value();
  }();
  const auto failure = is_due ? sync_failure(log_) : std::nullopt;
  const std::lock_guard lock(mutex_);
  if (failure && !sync_failure_) sync_failure_ = failure;
  if (!sync_failure_) return;
  throw Error(Fault::unavailable, log_.string() + ": " + *sync_failure_,
              "look at the disk, then restart the server");
}

void Writer::sync_or_stop() {
  try {
    sync();
  } catch (const Error& error) {  // nothing more is written
    logging::error("sync_failed", {{"reason", error.what()}});
  }
}

void Writer::work() {
  for (auto batch = next_batch(); !batch.empty(); batch = next_batch()) {
    const Turn turn{*this};
    if (written(batch)) announce(batch);
    finish(batch);
    batch.clear();  // a mailbox nobody else holds is closed now, not at the next batch
    wipe_stack();
  }
}

bool Writer::written(Batch& batch) {
  try {
    check_running();
    return commit(batch);
  } catch (...) {
    roll_back(batch, std::current_exception());
    return false;
  }
}

// Takes the turn with it; empty at the end.
Writer::Batch Writer::next_batch() {
  std::unique_lock lock(mutex_);
  wait_for_work(lock);
  Batch batch;
  writing_ = !queue_.empty();
  std::size_t bytes = 0;
  while (!queue_.empty() && batch.size() < batch_operations) {
    if (!batch.empty() && bytes + queue_.front().bytes > batch_bytes) break;
    bytes += queue_.front().bytes;
    batch.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return batch;
}

// Meanwhile what is to be on the disk soon is put there.
void Writer::wait_for_work(std::unique_lock<std::mutex>& lock) {
  while (true) {
    if (unsynced_since_ && std::chrono::steady_clock::now() >= *unsynced_since_ + soon) {
      lock.unlock();
      sync_or_stop();
      lock.lock();
    } else if (!writing_ && (ending_ || !queue_.empty())) {
      return;
    } else if (unsynced_since_) {
      queued_.wait_until(lock, *unsynced_since_ + soon);
    } else {
      queued_.wait(lock);
    }
  }
}

// What the log has from before is synced with it.
void Writer::wait_for_disk(Durable durable) {
  if (durable == durable_) return;
  connection_.script(durable == Durable::soon ? "pragma synchronous=normal"
                                              : "pragma synchronous=full");
  durable_ = durable;
}

// Before anybody is told of what was committed.
void Writer::note_unsynced() {
  const std::lock_guard lock(mutex_);
  if (durable_ == Durable::at_once) {
    unsynced_since_.reset();
  } else if (!unsynced_since_) {
    unsynced_since_ = std::chrono::steady_clock::now();
    queued_.notify_one();
  }
}

void Writer::check_running() {
  {
    const std::lock_guard lock(mutex_);
    if (sync_failure_) stopped_ = sync_failure_;
  }
  if (stopped_)
    throw Error(Fault::unavailable, "the mailbox database has stopped: " + *stopped_,
                "look at the disk, then restart the server");
}

// False: its only operation failed, and nothing is left of it.
bool Writer::commit(Batch& batch) {
  const auto is_soon = [](const Job& job) { return job.durable == Durable::soon; };
  wait_for_disk(std::ranges::all_of(batch, is_soon) ? Durable::soon : Durable::at_once);
  SqlTransaction transaction(connection_, SqlTransaction::Kind::immediate);
  if (batch.size() == 1) {
    perform_alone(batch.front());
    if (batch.front().failure) return false;
  } else {
    for (auto& job : batch) perform(job);
  }
  each_participant(batch, [&](Participant& participant) { participant.flush(connection_); });
  transaction.commit();
  note_unsynced();
  return true;
}

// The transaction is its savepoint, which would copy each page that it changes.
void Writer::perform_alone(Job& job) {
  try {
    job.operation(connection_);
    if (job.participant) job.participant->keep();
  } catch (...) {
    if (job.participant) job.participant->drop();
    if (!connection_.in_transaction()) throw;
    job.failure = std::current_exception();
  }
}

// A failure is the operation's own unless it took the whole transaction with it (disk full).
void Writer::perform(Job& job) {
  connection_.run("savepoint operation");
  try {
    job.operation(connection_);
    connection_.run("release operation");
    if (job.participant) job.participant->keep();
  } catch (...) {
    if (job.participant) job.participant->drop();
    if (!connection_.in_transaction()) throw;
    connection_.run("rollback to operation");
    connection_.run("release operation");
    job.failure = std::current_exception();
  }
}

void Writer::roll_back(Batch& batch, std::exception_ptr failure) {
  const auto text = text_of_failure(failure);
  try {
    std::rethrow_exception(failure);
  } catch (const SqliteError& error) {
    // What a failed flush left is unknown: only a new start reads it from the disk again.
    if (error.lost_disk()) stopped_ = text;
  } catch (const std::exception&) {
  }
  logging::error("commit_failed", {{"reason", text}, {"operations", batch.size()}});
  each_participant(batch, [](Participant& participant) { participant.abandoned(); });
  for (auto& job : batch)
    job.failure = std::make_exception_ptr(Error(Fault::unavailable, "nothing was stored: " + text,
                                                "try again; look at the disk's space"));
}

// The commit stands whatever happens here.
void Writer::announce(Batch& batch) {
  each_participant(batch, [](Participant& participant) {
    try {
      participant.committed();
    } catch (const std::exception& error) {
      logging::error("publish_failed", {{"reason", error.what()}});
    }
  });
  count(batch);
  const auto wal_bytes = wal_pages_ * page_size_;
  after_commit_(wal_bytes);
  if (wal_bytes >= wal_backstop)
    sqlite3_wal_checkpoint_v2(connection_.handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr,
                              nullptr);
}

void Writer::count(const Batch& batch) {
  const std::lock_guard lock(mutex_);
  ++counters_.commits;
  counters_.operations += batch.size();
  for (const auto& job : batch) counters_.bytes += job.bytes;
}

void Writer::finish(Batch& batch) {
  for (auto& job : batch) {
    job.operation = nullptr;  // before the caller goes on: it lends what this refers to
    if (!job.done) {
      if (job.failure) logging::warning("write_failed", {{"reason", text_of_failure(job.failure)}});
    } else if (job.failure) {
      job.done->set_exception(job.failure);
    } else {
      job.done->set_value();
    }
  }
}

}  // namespace storage
