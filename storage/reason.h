#pragma once
// Why something sealed is opened; the mailbox is known.

#include "crypto/crossing.h"

namespace storage {

struct Reason {
  constexpr Reason(crypto::Cause why, const crypto::Actor& by) : cause(why), actor(by) {}

  crypto::Cause cause;
  crypto::Actor actor;
};

}  // namespace storage
