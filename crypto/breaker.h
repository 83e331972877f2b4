#pragma once
// Spares a vault that does not answer, and those who would wait for it: after some failures in a
// row it is asked only now and then, and never before the time that it named itself (Retry-After).
// Any thread; never blocks.

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>

namespace crypto {

// The monotonic clock, as something a test can set.
using SteadyNow = std::function<std::chrono::steady_clock::time_point()>;

class Breaker {
 public:
  static constexpr int failures_in_a_row = 5;
  static constexpr std::chrono::seconds probe_every{10};
  static constexpr std::chrono::seconds longest_pause{30};  // of those the vault asks for

  explicit Breaker(SteadyNow now) : now_(std::move(now)) {}

  // Whether to ask now; if so, tell what came of it.
  bool admits();
  void answered();  // whatever it was
  void failed(std::optional<std::chrono::seconds> retry_after);

 private:
  const SteadyNow now_;
  std::mutex mutex_;  // guards what follows
  int failures_ = 0;
  std::chrono::steady_clock::time_point next_probe_{}, paused_until_{};
};

}  // namespace crypto
