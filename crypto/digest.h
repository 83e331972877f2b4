#pragma once
// SHA-256 of data that is no secret key: to tell whether two messages are the same.

#include "base/bytes.h"

namespace crypto {

Bytes sha256(ByteView);  // 32 octets

}  // namespace crypto
