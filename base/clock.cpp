#include "base/clock.h"

#include <ctime>

UnixTime SystemClock::now() const { return std::time(nullptr); }
