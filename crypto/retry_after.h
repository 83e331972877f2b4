#pragma once
// Retry-After (RFC 9110 section 10.2.3): seconds, or a date.

#include <chrono>
#include <optional>
#include <string>

#include "base/clock.h"

namespace crypto {

// From now; never negative. Nothing when it is neither.
std::optional<std::chrono::seconds> retry_after(const std::string& value, UnixTime now);

}  // namespace crypto
