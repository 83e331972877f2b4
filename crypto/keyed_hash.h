#pragma once
// HMAC-SHA-256 under a key of the hierarchy: finds a name without storing it.

#include <string_view>

#include "crypto/keys.h"

namespace crypto {

class KeyedHash {
 public:
  // `purpose` separates uses: "account", "alias". 32 bytes.
  static Bytes of(const DirectoryKey&, std::string_view purpose, std::string_view value);
};

}  // namespace crypto
