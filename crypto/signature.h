#pragma once
// Ed25519 (RFC 8032) under the signing key: for what others shall be able to check who have none of
// our keys, or who come later. Signed is, as in FORMAT.md section 8,
//   "sealpost signature 1" || length of purpose (u8) || purpose || value

#include <string_view>

#include "base/bytes.h"
#include "crypto/keys.h"

namespace crypto {

inline constexpr std::size_t signature_size = 64;
inline constexpr std::size_t public_key_size = 32;

class Signature {
 public:
  // `purpose` separates uses: "audit checkpoint". Any thread.
  static Bytes of(const SigningKey&, std::string_view purpose, ByteView value);
  static Bytes public_key(const SigningKey&);

  // False also for a key or a signature of a wrong length.
  static bool holds(ByteView public_key, std::string_view purpose, ByteView value,
                    ByteView signature);
};

}  // namespace crypto
