#pragma once
// Whether the smart host is worth a try: after one that failed, nobody tries for a while, whatever
// is waiting. Any thread.

#include <mutex>
#include <optional>

#include "base/clock.h"
#include "server/outgoing/retry.h"
#include "server/smtp/reply.h"

namespace server::outgoing {

class HostState {
 public:
  static constexpr std::chrono::seconds first_pause{5}, longest_pause{120};

  explicit HostState(const Clock& clock) : clock_(clock) {}

  struct Pause {
    smtp::Reply reply;  // why
    UnixTime until;
  };
  std::optional<Pause> pause() const;  // while it is not to be tried
  Pause failed(const smtp::Reply&);
  bool worked();  // true: it had failed before
  void forget_pause();

  // Why it failed last, while it does.
  std::optional<smtp::Reply> failing() const;

 private:
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::uint32_t failures_ = 0;
  Pause last_{};
};

}  // namespace server::outgoing
