#include "policy/back_off.h"

#include <algorithm>

namespace policy {

std::chrono::milliseconds BackOff::wait(const std::string& peer, const std::string& name) {
  const std::lock_guard lock(mutex_);
  const auto found = failures_.find({peer, name});
  if (found == failures_.end()) return {};
  const auto& failures = found->second;
  if (clock_.now() - failures.last >= forgotten_after) {
    failures_.erase(found);
    return {};
  }
  if (failures.count <= free_tries) return {};
  auto wait = first_wait;
  for (int doubled = failures.count - free_tries; doubled > 1 && wait < longest_wait; --doubled)
    wait *= 2;
  return std::min(wait, longest_wait);
}

void BackOff::failed(const std::string& peer, const std::string& name) {
  const std::lock_guard lock(mutex_);
  make_room();
  auto& failures = failures_[{peer, name}];
  ++failures.count;
  failures.last = clock_.now();
}

void BackOff::succeeded(const std::string& peer, const std::string& name) {
  const std::lock_guard lock(mutex_);
  failures_.erase({peer, name});
}

void BackOff::make_room() {
  if (failures_.size() < kept) return;
  const auto now = clock_.now();
  std::erase_if(failures_,
                [now](const auto& entry) { return now - entry.second.last >= forgotten_after; });
  if (failures_.size() < kept) return;
  failures_.erase(
      std::ranges::min_element(failures_, {}, [](const auto& entry) { return entry.second.last; }));
}

std::string without_port(std::string_view peer) {
  if (peer.starts_with('[')) return std::string(peer.substr(1, peer.find(']') - 1));
  const auto colon = peer.find(':');
  // More than one colon: an IPv6 address, bare.
  if (colon != std::string_view::npos && peer.find(':', colon + 1) == std::string_view::npos)
    peer = peer.substr(0, colon);
  return std::string(peer);
}

}  // namespace policy
