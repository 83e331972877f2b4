#pragma once
// What a server keeps for SCRAM-SHA-256 (RFC 5802 section 3, RFC 7677): enough to check that
// somebody knows the password, and to prove that we know this; not the password itself. No input to
// any encryption key.

#include <cstdint>
#include <string_view>

#include "base/bytes.h"

namespace crypto {

inline constexpr std::uint32_t scram_iterations = 16384;  // of new ones; RFC 7677 section 4: 4096
inline constexpr std::size_t scram_salt_size = 16;
inline constexpr std::size_t scram_key_size = 32;

struct ScramVerifier {
  std::uint32_t iterations = scram_iterations;
  Bytes salt;
  Bytes stored_key, server_key;  // 32 octets each
};

// `password` has been through SASLprep (saslprep.h). Takes some milliseconds.
ScramVerifier scram_verifier(std::string_view password, ByteView salt, std::uint32_t iterations);

// Was the proof made by somebody who knows the password, for this dialogue?
bool proof_holds(const ScramVerifier&, std::string_view auth_message, ByteView proof);
// Ours, for the client.
Bytes server_signature(const ScramVerifier&, std::string_view auth_message);

}  // namespace crypto
