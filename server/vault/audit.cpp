#include "server/vault/audit.h"

#include <fcntl.h>
#include <unistd.h>

#include <boost/json.hpp>

#include "base/error.h"

namespace vault {

AuditLog::AuditLog(const Path& path)
    : file_(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600)) {
  if (file_ < 0) throw Error(Fault::unavailable, "cannot write " + path.string());
}

AuditLog::~AuditLog() { ::close(file_); }

void AuditLog::add(const AuditEntry& entry) {
  const auto line =
      boost::json::serialize(boost::json::object{{"time", entry.time},
                                                 {"caller", entry.caller},
                                                 {"operation", entry.operation},
                                                 {"key", entry.key},
                                                 {"status", entry.status},
                                                 {"code", entry.code},
                                                 {"request", entry.request},
                                                 {"client_request", entry.client_request}}) +
      '\n';
  std::unique_lock lock(mutex_);
  append(line);
  sync(lock, ++written_);
}

void AuditLog::append(const std::string& line) {
  if (::write(file_, line.data(), line.size()) != static_cast<ssize_t>(line.size()))
    throw Error(Fault::unavailable, "cannot write the audit log");
}

// Whoever finds nobody syncing does it for all lines written so far.
void AuditLog::sync(std::unique_lock<std::mutex>& lock, std::uint64_t line) {
  changed_.wait(lock, [&] { return synced_ >= line || !syncing_; });
  if (synced_ >= line) return;
  syncing_ = true;
  const auto covered = written_;
  lock.unlock();
  const bool done = ::fdatasync(file_) == 0;
  lock.lock();
  syncing_ = false;
  if (done) synced_ = covered;
  changed_.notify_all();
  if (!done) throw Error(Fault::unavailable, "cannot write the audit log to disk");
}

}  // namespace vault
