#include "server/vault/throttle.h"

namespace vault {
namespace {

constexpr UnixTime window_seconds = 10;

}  // namespace

unsigned Throttle::charge(const std::string& caller, unsigned cost) {
  const std::lock_guard lock(mutex_);
  const auto now = clock_.now();
  const auto window = now - now % window_seconds;
  if (window != window_) used_.clear();
  window_ = window;
  auto& used = used_[caller];
  if (used + cost > limit_) return static_cast<unsigned>(window + window_seconds - now);
  used += cost;
  return 0;
}

}  // namespace vault
