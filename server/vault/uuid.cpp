#include "server/vault/uuid.h"

#include "server/vault/master_key.h"

namespace vault {

std::string random_uuid() {
  auto octets = random_octets(16);
  octets[6] = static_cast<std::uint8_t>((octets[6] & 0x0f) | 0x40);
  octets[8] = static_cast<std::uint8_t>((octets[8] & 0x3f) | 0x80);
  auto text = to_hex(octets);
  for (const auto at : {20, 16, 12, 8}) text.insert(static_cast<std::size_t>(at), 1, '-');
  return text;
}

}  // namespace vault
