#pragma once
// How much each caller may ask of the vault in 10 seconds (reference: key vault REST, section 6).

#include <map>
#include <mutex>
#include <string>

#include "base/clock.h"

namespace vault {

class Throttle {
 public:
  Throttle(unsigned limit, const Clock& clock) : limit_(limit), clock_(clock) {}

  // 0: go on. Otherwise nothing is charged, and it may be asked again in so many seconds. Any
  // thread.
  unsigned charge(const std::string& caller, unsigned cost);

 private:
  const unsigned limit_;
  const Clock& clock_;
  std::mutex mutex_;  // guards what follows
  UnixTime window_ = 0;
  std::map<std::string, unsigned> used_;
};

}  // namespace vault
