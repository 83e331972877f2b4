#include "crypto/retry_after.h"

#include <time.h>

#include <algorithm>
#include <charconv>

namespace crypto {
namespace {

constexpr std::int64_t a_day = 24 * 3600;

}  // namespace

std::optional<std::chrono::seconds> retry_after(const std::string& value, UnixTime now) {
  const auto* end = value.data() + value.size();
  std::int64_t count = 0;
  const auto [stop, failure] = std::from_chars(value.data(), end, count);
  if (failure != std::errc() || stop != end) {
    std::tm date{};
    const auto* rest = ::strptime(value.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &date);
    if (rest == nullptr || *rest != '\0') return std::nullopt;
    count = ::timegm(&date) - now;
  }
  return std::chrono::seconds(std::clamp<std::int64_t>(count, 0, a_day));
}

}  // namespace crypto
