#pragma once
// Which messages a folder has already, by SHA-256, and how often each. 36 octets of memory a
// message.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace server::transfer {

class Digests {
 public:
  void feed(std::string_view piece);  // 32 octets a message, cut anywhere
  void ready();  // all are there. Throws invalid when the last one is not whole

  // Is there one of these left that take() has not given yet?
  bool take(ByteView digest);
  std::size_t size() const { return digests_.size(); }

 private:
  using Digest = std::array<std::uint8_t, 32>;
  std::string part_;
  std::vector<Digest> digests_;       // sorted
  std::vector<std::uint32_t> taken_;  // at the first of equal ones
};

}  // namespace server::transfer
