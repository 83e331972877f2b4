#include "policy/watch.h"

namespace policy {

bool Watch::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(changed_, false);
}

void Watch::publish() {
  const std::lock_guard lock(mutex_);
  changed_ = true;
  if (wake_) wake_();
}

void Watch::stop() {
  const std::lock_guard lock(mutex_);
  wake_ = nullptr;
}

}  // namespace policy
