#pragma once
// Who may read a mailbox that is open. Asked each time something sealed is opened, on whatever
// thread that is: it must not block.

#include "crypto/crossing.h"

namespace storage {

class Gate {
 public:
  virtual ~Gate() = default;
  // Throws denied or unavailable when this actor may not, now.
  virtual void pass(const crypto::Actor&) const = 0;
};

}  // namespace storage
