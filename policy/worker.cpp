#include "policy/worker.h"

#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "base/stack.h"

namespace policy {

Worker::Worker(std::string name, std::chrono::seconds interval, Work work)
    : name_(std::move(name)),
      interval_(interval),
      work_(std::move(work)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void Worker::wake() {
  {
    const std::lock_guard lock(mutex_);
    wanted_ = true;
  }
  woken_.notify_one();
}

void Worker::run(const std::stop_token& stop) {
  while (true) {
    {
      std::unique_lock lock(mutex_);
      woken_.wait_for(lock, stop, interval_, [this] { return wanted_; });
      wanted_ = false;
    }
    if (stop.stop_requested()) return;
    try {
      work_(stop);
    } catch (const Error& error) {
      logging::error(name_ + ".failed", {{"reason", error.what()}});
    }
    wipe_stack();
  }
}

void Startable::start(std::string name, std::chrono::seconds interval, Worker::Work work) {
  const std::lock_guard lock(mutex_);
  worker_ = std::make_unique<Worker>(std::move(name), interval, std::move(work));
}

// Not under the lock: its work may wake it.
void Startable::stop() {
  auto ending = [this] {
    const std::lock_guard lock(mutex_);
    return std::move(worker_);
  }();
}

void Startable::wake() {
  const std::lock_guard lock(mutex_);
  if (worker_) worker_->wake();
}

}  // namespace policy
