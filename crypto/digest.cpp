#include "crypto/digest.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include "base/error.h"

namespace crypto {

Bytes sha256(ByteView data) {
  Bytes digest(SHA256_DIGEST_LENGTH);
  if (EVP_Digest(data.data(), data.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1)
    throw Error(Fault::unavailable, "SHA-256 failed in OpenSSL");
  return digest;
}

}  // namespace crypto
