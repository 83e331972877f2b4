#include "server/outgoing/schedule.h"

#include <algorithm>

namespace server::outgoing {
namespace {

using namespace std::chrono_literals;

constexpr auto clock_poll = 500ms;

bool has_time(Waits waits) { return waits != Waits::person && waits != Waits::repair; }

}  // namespace

// Of one that is not busy.
void Schedule::set_due(Scheduled& one, UnixTime due) {
  due_.erase({one.due, one.id});
  one.due = due;
  if (has_time(one.waits)) due_.insert({due, one.id});
  changed_.notify_one();
}

void Schedule::add(std::int64_t id, MailboxId mailbox, UnixTime due) {
  const std::lock_guard lock(mutex_);
  const auto [at, added] = all_.try_emplace(id, Scheduled{id, mailbox, due});
  if (added) set_due(at->second, due);
}

// The first in order; one that is due too far ahead was put there by another clock.
std::optional<std::int64_t> Schedule::due_now() {
  if (due_.empty()) return std::nullopt;
  const auto [due, id] = *due_.begin();
  const auto now = clock_.now();
  if (due > now && due - now <= longest_.count()) return std::nullopt;
  due_.erase(due_.begin());
  all_.at(id).busy = true;
  return id;
}

std::optional<std::int64_t> Schedule::take(const std::stop_token& stop,
                                           std::chrono::milliseconds in_time) {
  const auto until = std::chrono::steady_clock::now() + in_time;
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    if (auto id = due_now()) return id;
    const auto now = std::chrono::steady_clock::now();
    if (now >= until) break;
    changed_.wait_until(lock, stop, std::min(until, now + clock_poll),
                        [&] { return !due_.empty() && due_.begin()->first <= clock_.now(); });
  }
  return std::nullopt;
}

void Schedule::again(std::int64_t id, UnixTime due, Waits waits, std::string why) {
  const std::lock_guard lock(mutex_);
  auto& one = all_.at(id);
  one.busy = false;
  one.waits = waits;
  one.why = std::move(why);
  set_due(one, due);
  if (at_once_.erase(id) > 0) wake(one);
}

void Schedule::forget(std::int64_t id) {
  const std::lock_guard lock(mutex_);
  const auto found = all_.find(id);
  if (found == all_.end()) return;
  due_.erase({found->second.due, id});
  at_once_.erase(id);
  all_.erase(found);
}

bool Schedule::claim(std::int64_t id) {
  const std::lock_guard lock(mutex_);
  const auto found = all_.find(id);
  if (found == all_.end()) return true;
  if (found->second.busy) return false;
  due_.erase({found->second.due, id});
  return found->second.busy = true;
}

void Schedule::wake(Scheduled& one) {
  if (one.busy) {
    at_once_.insert(one.id);
    return;
  }
  one.waits = Waits::turn;
  set_due(one, clock_.now());
}

bool Schedule::wake(std::int64_t id) {
  const std::lock_guard lock(mutex_);
  const auto found = all_.find(id);
  if (found == all_.end()) return false;
  wake(found->second);
  return true;
}

void Schedule::wake_all(Waits waits) {
  const std::lock_guard lock(mutex_);
  for (auto& [id, one] : all_)
    if (one.waits == waits && !one.busy) wake(one);
}

void Schedule::wake_all() {
  const std::lock_guard lock(mutex_);
  for (auto& [id, one] : all_) wake(one);
}

std::optional<Scheduled> Schedule::find(std::int64_t id) const {
  const std::lock_guard lock(mutex_);
  const auto found = all_.find(id);
  if (found == all_.end()) return std::nullopt;
  return found->second;
}

std::vector<Scheduled> Schedule::list() const {
  const std::lock_guard lock(mutex_);
  std::vector<Scheduled> all;
  for (const auto& [id, one] : all_) all.push_back(one);
  return all;
}

std::size_t Schedule::count() const {
  const std::lock_guard lock(mutex_);
  return all_.size();
}

}  // namespace server::outgoing
