#include "crypto/place.h"

#include <algorithm>
#include <string_view>

#include "crypto/big_endian.h"

namespace crypto {
namespace {

using namespace std::string_view_literals;

constexpr auto label = "sealpost\x01"sv;  // the last octet is the version of this encoding
static_assert(label.size() + 1 + 8 + 8 + 4 + 4 == place_size);

}  // namespace

std::array<std::uint8_t, place_size> Place::encoded() const {
  std::array<std::uint8_t, place_size> out;
  std::copy(label.begin(), label.end(), out.begin());
  auto* at = out.data() + label.size();
  at[0] = static_cast<std::uint8_t>(kind);
  store_big(at + 1, static_cast<std::uint64_t>(mailbox.value));
  store_big(at + 9, static_cast<std::uint64_t>(row));
  store_big(at + 17, part);
  store_big(at + 21, epoch);
  return out;
}

}  // namespace crypto
