#include "base/steady_clock.h"

#include <ctime>

namespace {

UnixTime since_boot() {
  timespec time{};
  ::clock_gettime(CLOCK_BOOTTIME, &time);  // cannot fail: Linux has had this clock since 2.6.39
  return time.tv_sec;
}

}  // namespace

SteadyClock::SteadyClock(const Clock& wall) : offset_(wall.now() - since_boot()) {}

UnixTime SteadyClock::now() const { return offset_ + since_boot(); }
