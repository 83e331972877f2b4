#pragma once
// How sessions learn that something is another than it was, and no more: they look themselves.

#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace policy {

// A subscription. Ends with its destruction.
class Watch {
 public:
  // Was something published since the last take? Any thread; does not block on I/O.
  bool take();

  // For Watches.
  explicit Watch(std::function<void()> wake) : wake_(std::move(wake)) {}
  void publish();
  // After it returns, wake is not running and will not be called.
  void stop();

 private:
  std::mutex mutex_;
  std::function<void()> wake_;
  bool changed_ = false;
};

// The subscriptions to subjects of one kind. Any thread.
template <class Subject>
class Watches {
 public:
  // `wake` is called by whoever publishes, under a lock: it must only post.
  std::shared_ptr<Watch> watch(Subject subject, std::function<void()> wake) {
    const auto made = std::make_shared<Watch>(std::move(wake));
    const std::lock_guard lock(mutex_);
    std::erase_if(watches_, [](const auto& old) { return old.second.expired(); });
    watches_.emplace_back(std::move(subject), made);
    return {made.get(), [made](Watch* watch) { watch->stop(); }};
  }

  // To all whose subject `is_meant`.
  template <class Meant>
  void publish(Meant is_meant) {
    const std::lock_guard lock(mutex_);
    for (const auto& [subject, watch] : watches_)
      if (is_meant(subject))
        if (const auto alive = watch.lock()) alive->publish();
  }

 private:
  std::mutex mutex_;
  std::vector<std::pair<Subject, std::weak_ptr<Watch>>> watches_;
};

}  // namespace policy
