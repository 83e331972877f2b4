#pragma once
// How long a guesser waits before the next try: by address and account together, so that the right
// user elsewhere is not slowed down. Any thread; never sleeps itself.

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"

namespace policy {

class BackOff {
 public:
  static constexpr int free_tries = 2;
  static constexpr std::chrono::milliseconds first_wait{250};  // doubles with each failure
  static constexpr std::chrono::milliseconds longest_wait{3000};
  static constexpr UnixTime forgotten_after = 15 * 60;  // since the last failure
  static constexpr std::size_t kept = 10'000;           // pairs; the oldest go first

  explicit BackOff(const Clock& clock) : clock_(clock) {}

  std::chrono::milliseconds wait(const std::string& peer, const std::string& name);
  void failed(const std::string& peer, const std::string& name);
  void succeeded(const std::string& peer, const std::string& name);

 private:
  struct Failures {
    int count = 0;
    UnixTime last = 0;
  };
  using Pair = std::pair<std::string, std::string>;
  void make_room();

  const Clock& clock_;
  std::mutex mutex_;
  std::map<Pair, Failures> failures_;
};

// "192.0.2.1:40000", "[2001:db8::1]:40000" and "192.0.2.1" without the port, if any.
std::string without_port(std::string_view peer);

}  // namespace policy
