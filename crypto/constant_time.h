#pragma once
// Comparing secrets, in a time that tells nothing about where they differ.

#include "base/bytes.h"

namespace crypto {

// The lengths are no secret.
bool same_octets(ByteView, ByteView);

}  // namespace crypto
