#pragma once
// What vouches for an IMAP URL (RFC 4467 2.5, mechanism INTERNAL): HMAC-SHA-256 of the URL under
// the access key of its folder. Such a key is random, of url_key_size octets, and of no other use.

#include <string>
#include <string_view>

#include "crypto/locked_memory.h"

namespace crypto {

inline constexpr std::size_t url_key_size = 32;  // octets

SecretBytes new_url_key();

// 66 hexadecimal digits, lower case: an octet for the algorithm (01), then the HMAC of the rump,
// which is the URL without mechanism and token. Throws invalid unless the key has its size.
std::string url_token(ByteView key, std::string_view rump);

// Lower case, too. In a time that does not tell where they differ.
bool is_url_token(std::string_view token, ByteView key, std::string_view rump);

}  // namespace crypto
