// Preloaded into a server for as long as the benchmark makes many accounts or fills large folders,
// which would take most of its time: passwords are not hashed, so that nobody can log in to these
// accounts, and nothing is synced before the server is started again without this.

#include <argon2.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>

int argon2id_hash_encoded(std::uint32_t, std::uint32_t, std::uint32_t, const void*, std::size_t,
                          const void*, std::size_t, std::size_t, char* encoded, std::size_t size) {
  std::strncpy(encoded, "$argon2id$v=19$m=19456,t=2,p=1$none$none", size);
  return ARGON2_OK;
}

int PKCS5_PBKDF2_HMAC(const char*, int, const unsigned char*, int, int, const EVP_MD*, int size,
                      unsigned char* out) {
  std::memset(out, 0, static_cast<std::size_t>(size));
  return 1;
}

int fsync(int) { return 0; }
int fdatasync(int) { return 0; }
