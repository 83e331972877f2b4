#include "crypto/breaker.h"

#include <algorithm>

namespace crypto {

bool Breaker::admits() {
  const std::lock_guard lock(mutex_);
  const auto now = now_();
  if (now < paused_until_) return false;
  if (failures_ < failures_in_a_row) return true;
  if (now < next_probe_) return false;
  next_probe_ = now + probe_every;
  return true;
}

void Breaker::answered() {
  const std::lock_guard lock(mutex_);
  failures_ = 0;
}

void Breaker::failed(std::optional<std::chrono::seconds> retry_after) {
  const std::lock_guard lock(mutex_);
  const auto now = now_();
  if (failures_ < failures_in_a_row && ++failures_ == failures_in_a_row)
    next_probe_ = now + probe_every;
  if (retry_after) paused_until_ = now + std::min(*retry_after, longest_pause);
}

}  // namespace crypto
