#pragma once
// Why something sealed is opened; the mailbox is known.

#include "crypto/crossing.h"

namespace storage {

struct Reason {
  crypto::Cause cause;
  crypto::Actor actor;
};

}  // namespace storage
