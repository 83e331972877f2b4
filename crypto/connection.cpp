#include "crypto/connection.h"

#include <algorithm>
#include <array>

namespace crypto {

using std::chrono::steady_clock;

Wait::Milliseconds Wait::left() const {
  const auto now = steady_clock::now();
  if (!stopped_ && stop_.stop_requested()) {
    stopped_ = true;
    end_ = std::min<Deadline>(end_, now + grace_);
  }
  return std::chrono::ceil<Milliseconds>(end_ - now);
}

Wait::Milliseconds Wait::slice() const {
  constexpr Milliseconds between_looks(100), longest(60'000);
  return std::clamp(left(), Milliseconds(0), stop_.stop_possible() ? between_looks : longest);
}

std::string_view Wait::why() const { return stopped_ ? "ends with the server" : "takes too long"; }

std::string_view name_of(HttpsFault fault) {
  constexpr std::array<std::string_view, 5> names{"unreachable", "timeout", "no such name",
                                                  "untrusted certificate", "not HTTPS"};
  return names.at(static_cast<std::size_t>(fault));
}

}  // namespace crypto
