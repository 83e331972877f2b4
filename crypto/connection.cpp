#include "crypto/connection.h"

#include <array>

namespace crypto {

std::string_view name_of(HttpsFault fault) {
  constexpr std::array<std::string_view, 5> names{"unreachable", "timeout", "no such name",
                                                  "untrusted certificate", "not HTTPS"};
  return names.at(static_cast<std::size_t>(fault));
}

}  // namespace crypto
