#pragma once
// The arithmetic of SCRAM-SHA-256 for a client (RFC 5802 section 3).

#include <cstdint>
#include <string_view>

#include "base/bytes.h"

namespace crypto {

struct ScramProof {
  Bytes proof;             // that we know the password
  Bytes server_signature;  // what a server says that knows its verifier
};
// As scram_verifier() (scram.h).
ScramProof scram_proof(std::string_view password, ByteView salt, std::uint32_t iterations,
                       std::string_view auth_message);

}  // namespace crypto
