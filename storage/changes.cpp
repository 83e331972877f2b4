#include "storage/changes.h"

#include <algorithm>
#include <utility>

namespace storage {

std::vector<std::shared_ptr<const Change>> Watch::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(waiting_, {});
}

void Watch::publish(std::shared_ptr<const Change> change) {
  const std::lock_guard lock(mutex_);
  waiting_.push_back(std::move(change));
  if (wake_) wake_();
}

void Watch::stop() {
  const std::lock_guard lock(mutex_);
  wake_ = nullptr;
  recent_ = Recent::look;
}

Recent Watch::recent() {
  const std::lock_guard lock(mutex_);
  return recent_;
}

std::shared_ptr<Watch> Changes::watch(FolderId folder, Recent recent, std::function<void()> wake) {
  auto watch = std::make_shared<Watch>(folder, recent, std::move(wake));
  const std::lock_guard lock(mutex_);
  std::erase_if(watches_, [](const auto& old) { return old.expired(); });
  watches_.push_back(watch);
  return watch;
}

std::weak_ptr<const Watch> Changes::claimant(FolderId folder) {
  const std::lock_guard lock(mutex_);
  for (const auto& watch : watches_)
    if (const auto alive = watch.lock();
        alive && alive->folder() == folder && alive->recent() == Recent::claim)
      return alive;
  return {};
}

void Changes::publish(std::shared_ptr<const Change> change) {
  const std::lock_guard lock(mutex_);
  for (const auto& watch : watches_)
    if (const auto alive = watch.lock(); alive && alive->folder() == change->folder)
      alive->publish(change);
}

}  // namespace storage
