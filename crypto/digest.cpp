#include "crypto/digest.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include "base/error.h"

namespace crypto {

// Fetched once: EVP_sha256() would be looked up with each digest.
Bytes sha256(ByteView data) {
  static const EVP_MD* const method = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  Bytes digest(SHA256_DIGEST_LENGTH);
  if (EVP_Digest(data.data(), data.size(), digest.data(), nullptr, method, nullptr) != 1)
    throw Error(Fault::unavailable, "SHA-256 failed in OpenSSL");
  return digest;
}

}  // namespace crypto
