#include "crypto/keyed_hash.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <string>

#include "base/error.h"

namespace crypto {

Bytes KeyedHash::of(const DirectoryKey& key, std::string_view purpose, std::string_view value) {
  if (purpose.empty() || purpose.size() > 255)
    throw Error(Fault::invalid, "a keyed hash needs a purpose of 1 to 255 octets");
  std::string message = "sealpost keyed hash 1";
  message += static_cast<char>(purpose.size());
  message += purpose;
  message += value;
  const auto raw = key.raw({});
  if (raw.size() != key_size) throw Error(Fault::invalid, "a key has 32 octets");
  Bytes out(32);
  if (!HMAC(EVP_sha256(), raw.data(), static_cast<int>(raw.size()), bytes_of(message).data(),
            message.size(), out.data(), nullptr))
    throw Error(Fault::unavailable, "the hash library failed");
  return out;
}

}  // namespace crypto
