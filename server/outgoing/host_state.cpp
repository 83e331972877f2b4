#include "server/outgoing/host_state.h"

#include "base/log.h"

namespace server::outgoing {

std::optional<HostState::Pause> HostState::pause() const {
  const std::lock_guard lock(mutex_);
  if (failures_ == 0 || clock_.now() >= last_.until ||
      last_.until - clock_.now() > 2 * longest_pause.count())  // the clock was set back
    return std::nullopt;
  return last_;
}

HostState::Pause HostState::failed(const smtp::Reply& reply) {
  const std::lock_guard lock(mutex_);
  if (failures_++ == 0) logging::error("outgoing.host_failed", {{"reason", reply.text}});
  const auto wait = wait_after({.first = first_pause, .longest = longest_pause}, failures_);
  last_ = {reply, clock_.now() + wait.count()};
  return last_;
}

bool HostState::worked() {
  const std::lock_guard lock(mutex_);
  if (failures_ == 0) return false;
  failures_ = 0;
  logging::info("outgoing.host_works");
  return true;
}

void HostState::forget_pause() {
  const std::lock_guard lock(mutex_);
  last_.until = 0;
}

std::optional<smtp::Reply> HostState::failing() const {
  const std::lock_guard lock(mutex_);
  if (failures_ == 0) return std::nullopt;
  return last_.reply;
}

}  // namespace server::outgoing
