#include "crypto/url_token.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/error.h"
#include "crypto/constant_time.h"

namespace crypto {
namespace {

constexpr std::uint8_t algorithm = 1;

}  // namespace

SecretBytes new_url_key() {
  SecretBytes key(url_key_size);
  random_bytes(key);
  return key;
}

std::string url_token(ByteView key, std::string_view rump) {
  if (key.size() != url_key_size) throw Error(Fault::invalid, "a key of URLs has 32 octets");
  Bytes token(1 + 32);
  token[0] = algorithm;
  if (!HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(rump).data(),
            rump.size(), token.data() + 1, nullptr))
    throw Error(Fault::unavailable, "the hash library failed");
  return to_hex(token);
}

bool is_url_token(std::string_view token, ByteView key, std::string_view rump) {
  return same_octets(bytes_of(token), bytes_of(url_token(key, rump)));
}

}  // namespace crypto
