#pragma once
// Octets of any length, sealed to a mailbox's delivery key at one place, as rows hold them.

#include <vector>

#include "base/bytes.h"
#include "crypto/delivery_key.h"
#include "crypto/place.h"

namespace storage {

struct DeliverySealed {
  Bytes ephemeral;
  std::vector<Bytes> chunks;
};

DeliverySealed sealed_for_delivery(const crypto::DeliveryPublic&, const crypto::Place&,
                                   ByteView plain);

}  // namespace storage
