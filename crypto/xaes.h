#pragma once
// XAES-256-GCM (C2SP): AES-256-GCM under a key derived from a 256-bit key and the first half of a
// 192-bit nonce. Only for aead.cpp, which says what is sealed and where it belongs. Any thread.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.h"

namespace crypto {

inline constexpr std::size_t xaes_nonce_size = 24;
inline constexpr std::size_t tag_size = 16;

using XaesNonce = std::span<const std::uint8_t, xaes_nonce_size>;

// Encrypts `data` in place, but for its last 16 octets, which become the tag.
void xaes_seal(ByteView key, XaesNonce, ByteView associated, std::span<std::uint8_t> data);

// Decrypts `sealed` (ciphertext and tag) into `plain`, 16 octets shorter. False, and `plain` wiped,
// when key, nonce, associated data or any bit is another than at sealing.
[[nodiscard]] bool xaes_open(ByteView key, XaesNonce, ByteView associated, ByteView sealed,
                             std::span<std::uint8_t> plain);

// AES-256-GCM alone, likewise, for delivery_key.cpp: a nonce must never come twice under one key.
inline constexpr std::size_t gcm_nonce_size = 12;
using GcmNonce = std::span<const std::uint8_t, gcm_nonce_size>;
void gcm_seal(ByteView key, GcmNonce, ByteView associated, std::span<std::uint8_t> data);
[[nodiscard]] bool gcm_open(ByteView key, GcmNonce, ByteView associated, ByteView sealed,
                            std::span<std::uint8_t> plain);

}  // namespace crypto
