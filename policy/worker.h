#pragma once
// A thread that does one kind of work: when woken, and again after each interval.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

namespace policy {

class Worker {
 public:
  using Work = std::function<void(const std::stop_token&)>;

  // First at once. `work` may throw an Error, which is logged under `name`, and returns soon once a
  // stop is requested.
  Worker(std::string name, std::chrono::seconds interval, Work work);
  // Waits for the work. (jthread stops itself.)
  ~Worker() = default;
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void wake();  // any thread; does not wait

 private:
  void run(const std::stop_token&);

  std::string name_;
  std::chrono::seconds interval_;
  Work work_;
  std::mutex mutex_;
  std::condition_variable_any woken_;
  bool wanted_ = true;
  std::jthread thread_;  // last: starts when all else is there
};

// A worker that does not work before all is there that it needs. Any thread. Its owner's last
// member: it ends before what it works with.
class Startable {
 public:
  void start(std::string name, std::chrono::seconds interval, Worker::Work);  // once
  void stop();                                                                // waits for the work
  void wake();  // nothing happens before start, and after stop

 private:
  std::mutex mutex_;
  std::unique_ptr<Worker> worker_;
};

}  // namespace policy
