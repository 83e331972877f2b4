// In the place of crypto/xaes.cpp in the build `null-cipher`, which shows what encryption costs
// (tests/run bench --null-cipher): nothing is encrypted, what is "sealed" is copied. Nonces and
// sizes are as ever; for a tag stands a text, so that neither opens what the other has sealed.

#include "crypto/xaes.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "base/error.h"
#include "base/log.h"

namespace crypto {
namespace {

constexpr std::string_view tag = "NOT ENCRYPTED!!!";
static_assert(tag.size() == tag_size);

constexpr const char* variable = "SEALPOST_NULL_CIPHER";
constexpr std::string_view word = "store-mail-unencrypted";
constexpr int refused = 78;  // sysexits.h: configuration

// Before main(), in every program that this is linked into.
[[maybe_unused]] const bool warned = [] {
  const char* said = std::getenv(variable);
  if (said == nullptr || said != word) {
    logging::error("null_cipher_refused",
                   {{"reason", "this build encrypts nothing and is for the benchmark alone"}});
    _exit(refused);
  }
  logging::error("null_cipher",
                 {{"warning", "MAIL IS STORED UNENCRYPTED: for the benchmark alone"}});
  return true;
}();

void check_key(ByteView key) {
  if (key.size() != 32) throw Error(Fault::invalid, "a key has 32 octets");
}

}  // namespace

void xaes_seal(ByteView key, XaesNonce nonce, ByteView associated, std::span<std::uint8_t> data) {
  gcm_seal(key, nonce.last<gcm_nonce_size>(), associated, data);
}

bool xaes_open(ByteView key, XaesNonce nonce, ByteView associated, ByteView sealed,
               std::span<std::uint8_t> plain) {
  return gcm_open(key, nonce.last<gcm_nonce_size>(), associated, sealed, plain);
}

void gcm_seal(ByteView key, GcmNonce, ByteView, std::span<std::uint8_t> data) {
  check_key(key);
  std::ranges::copy(tag, data.end() - tag_size);
}

bool gcm_open(ByteView key, GcmNonce, ByteView, ByteView sealed, std::span<std::uint8_t> plain) {
  check_key(key);
  if (sealed.size() < tag_size || plain.size() != sealed.size() - tag_size ||
      !std::ranges::equal(sealed.last(tag_size), tag))
    return false;
  std::ranges::copy(sealed.first(plain.size()), plain.begin());
  return true;
}

}  // namespace crypto
