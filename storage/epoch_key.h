#pragma once
// A mailbox key and its number: the first of a mailbox is of epoch 1, each new one is the next.

#include <cstdint>

#include "crypto/keys.h"

namespace storage {

struct EpochKey {
  crypto::MailboxKey key;
  std::uint32_t epoch;
};

}  // namespace storage
