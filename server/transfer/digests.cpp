#include "server/transfer/digests.h"

#include <algorithm>
#include <cstring>

#include "base/error.h"

namespace server::transfer {

void Digests::feed(std::string_view piece) {
  part_ += piece;
  std::size_t at = 0;
  for (; part_.size() - at >= sizeof(Digest); at += sizeof(Digest))
    std::memcpy(digests_.emplace_back().data(), part_.data() + at, sizeof(Digest));
  part_.erase(0, at);
}

void Digests::ready() {
  if (!part_.empty()) throw Error(Fault::invalid, "the server's answer was cut off");
  std::ranges::sort(digests_);
  taken_.assign(digests_.size(), 0);
}

bool Digests::take(ByteView digest) {
  Digest wanted{};
  if (digest.size() != wanted.size()) return false;
  std::ranges::copy(digest, wanted.begin());
  const auto [first, last] = std::equal_range(digests_.begin(), digests_.end(), wanted);
  if (first == last) return false;
  auto& taken = taken_[static_cast<std::size_t>(first - digests_.begin())];
  if (taken >= static_cast<std::size_t>(last - first)) return false;
  ++taken;
  return true;
}

}  // namespace server::transfer
