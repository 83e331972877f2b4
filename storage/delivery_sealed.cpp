#include "storage/delivery_sealed.h"

#include <algorithm>

#include "storage/message_rows.h"

namespace storage {

DeliverySealed sealed_for_delivery(const crypto::DeliveryPublic& to, const crypto::Place& place,
                                   ByteView plain) {
  const crypto::ArrivalSeal seal(to, place);
  DeliverySealed out{.ephemeral = copy_of(seal.ephemeral().octets), .chunks = {}};
  const auto count = chunks_of(plain.size());
  for (std::uint32_t number = 0; number < count; ++number) {
    const auto begin = std::size_t{number} * chunk_size;
    const auto size = std::min(chunk_size, plain.size() - begin);
    out.chunks.push_back(seal.chunk(number, number + 1 == count, plain.subspan(begin, size)));
  }
  return out;
}

}  // namespace storage
