#pragma once
// How much time has gone by, for leases: a clock that nobody sets.

#include "base/clock.h"

// What `wall` said when this was made, and the seconds since, sleep of the machine included. The
// wall clock may be set meanwhile, by a day or a year.
class SteadyClock final : public Clock {
 public:
  explicit SteadyClock(const Clock& wall);
  UnixTime now() const override;

 private:
  const UnixTime offset_;
};
