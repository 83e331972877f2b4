#pragma once
// When a message is tried again, when its sender is told that it is late, and when it is given up
// (RFC 5321 4.5.4.1). Pure.

#include <chrono>
#include <cstdint>

namespace server::outgoing {

struct Retry {
  std::chrono::seconds first{60};
  std::chrono::seconds longest{3600};
  std::chrono::seconds delay_notice{4 * 3600};
  std::chrono::seconds expiry{5 * 24 * 3600};
};

// After so many tries, the first being 1: doubles from `first` to `longest`, and is up to a quarter
// longer by `chance` (0 to 65535), so that what failed together does not come together again.
std::chrono::seconds wait_after(const Retry&, std::uint32_t tries, std::uint16_t chance);

// With a chance of its own.
std::chrono::seconds wait_after(const Retry&, std::uint32_t tries);

}  // namespace server::outgoing
