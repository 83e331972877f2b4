#pragma once
// Makes guessers wait (back_off.h), without taking all threads for it. Any thread; blocks.

#include <atomic>
#include <chrono>
#include <functional>
#include <string>

#include "policy/back_off.h"

namespace policy {

class Guesses {
 public:
  using Sleep = std::function<void(std::chrono::milliseconds)>;

  Guesses(const Clock& clock, Sleep sleep) : back_off_(clock), sleep_(std::move(sleep)) {}

  // Before a try; up to 3 s for an address that keeps guessing. Throws unavailable when too many
  // such wait already.
  void wait(const std::string& peer, const std::string& name);
  void failed(const std::string& peer, const std::string& name) { back_off_.failed(peer, name); }
  void succeeded(const std::string& peer, const std::string& name) {
    back_off_.succeeded(peer, name);
  }

 private:
  BackOff back_off_;
  Sleep sleep_;
  std::atomic<int> sleepers_ = 0;
};

}  // namespace policy
