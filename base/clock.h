#pragma once
// What time it is, as something a test can set.

#include <atomic>
#include <cstdint>

using UnixTime = std::int64_t;  // seconds since 1970-01-01 UTC

class Clock {
 public:
  virtual ~Clock() = default;
  virtual UnixTime now() const = 0;  // wall clock; any thread
};

class SystemClock final : public Clock {
 public:
  UnixTime now() const override;
};

// Stands still until told. Any thread.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(UnixTime start) : now_(start) {}
  UnixTime now() const override { return now_; }
  void advance(UnixTime seconds) { now_ += seconds; }

 private:
  std::atomic<UnixTime> now_;
};
