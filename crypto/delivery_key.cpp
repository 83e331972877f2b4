#include "crypto/delivery_key.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <memory>
#include <string_view>

#include "base/error.h"
#include "crypto/aead.h"
#include "crypto/big_endian.h"
#include "crypto/padding.h"
#include "crypto/xaes.h"

namespace crypto {
namespace {

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
};
using Pair = std::unique_ptr<EVP_PKEY, Free>;

constexpr std::uint8_t form = 0x14;  // FORMAT.md section 2
constexpr std::string_view protocol = "HPKE-v1";
constexpr std::uint8_t kem_suite[] = {'K', 'E', 'M', 0x00, 0x20};
constexpr std::uint8_t suite[] = {'H', 'P', 'K', 'E', 0x00, 0x20, 0x00, 0x01, 0x00, 0x02};
constexpr std::size_t hash_size = 32;

void must(bool done) {
  if (done) return;
  ERR_clear_error();
  throw Error(Fault::unavailable, "the cipher library failed");
}

void add(SecretBytes& to, ByteView octets) { to.insert(to.end(), octets.begin(), octets.end()); }
void add(SecretBytes& to, std::string_view text) { add(to, bytes_of(text)); }

SecretBytes hmac(ByteView key, ByteView message) {
  SecretBytes out(hash_size);
  must(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), message.data(), message.size(),
            out.data(), nullptr) != nullptr);
  return out;
}

// RFC 9180 section 4, with HKDF-SHA256 (RFC 5869); `size` is one block at most.
SecretBytes extract(ByteView suite_id, ByteView salt, std::string_view label, ByteView input) {
  SecretBytes message;
  add(message, protocol);
  add(message, suite_id);
  add(message, label);
  add(message, input);
  return hmac(salt, message);
}

SecretBytes expand(ByteView suite_id, ByteView secret, std::string_view label, ByteView info,
                   std::uint8_t size) {
  SecretBytes message{0, size};
  add(message, protocol);
  add(message, suite_id);
  add(message, label);
  add(message, info);
  message.push_back(1);
  auto out = hmac(secret, message);
  out.resize(size);
  return out;
}

SecretBytes agreed(EVP_PKEY* own, EVP_PKEY* other) {
  const std::unique_ptr<EVP_PKEY_CTX, Free> context(EVP_PKEY_CTX_new(own, nullptr));
  SecretBytes out(key_size);
  auto size = out.size();
  must(context && EVP_PKEY_derive_init(context.get()) == 1 &&
       EVP_PKEY_derive_set_peer(context.get(), other) == 1);
  // It refuses the all-zero result of a key of small order.
  if (EVP_PKEY_derive(context.get(), out.data(), &size) == 1) return out;
  ERR_clear_error();
  throw Error(Fault::invalid, "that is no public delivery key");
}

std::array<std::uint8_t, gcm_nonce_size> nonce_of(
    const std::array<std::uint8_t, gcm_nonce_size>& first, std::uint32_t number) {
  auto nonce = first;
  std::array<std::uint8_t, 4> count{};
  store_big(count.data(), number);
  for (std::size_t i = 0; i < count.size(); ++i) nonce[nonce.size() - 4 + i] ^= count[i];
  return nonce;
}

[[noreturn]] void does_not_open() {
  throw Error(Fault::corrupt,
              "an arrival does not open: it was altered, moved or cut, or is for "
              "another key");
}

}  // namespace

DeliveryPublic DeliveryAgreement::public_of(const DeliveryKey& key) {
  const auto raw = key.raw({});
  const Pair pair(EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr, raw.data(), raw.size()));
  DeliveryPublic out;
  auto size = out.octets.size();
  must(pair && EVP_PKEY_get_raw_public_key(pair.get(), out.octets.data(), &size) == 1);
  return out;
}

// RFC 9180 sections 4.1 and 5.1, base mode.
DeliveryAgreement::Context DeliveryAgreement::between(const DeliveryKey& own,
                                                      const DeliveryPublic& other,
                                                      const DeliveryPublic& ephemeral,
                                                      const DeliveryPublic& recipient,
                                                      ByteView info) {
  const auto raw = own.raw({});
  const Pair mine(EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr, raw.data(), raw.size()));
  const Pair theirs(EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nullptr, other.octets.data(),
                                                other.octets.size()));
  must(mine && theirs);
  SecretBytes both;
  add(both, ephemeral.octets);
  add(both, recipient.octets);
  const auto shared =
      expand(kem_suite, extract(kem_suite, {}, "eae_prk", agreed(mine.get(), theirs.get())),
             "shared_secret", both, hash_size);

  SecretBytes context{0};  // mode_base
  add(context, extract(suite, {}, "psk_id_hash", {}));
  add(context, extract(suite, {}, "info_hash", info));
  const auto secret = extract(suite, shared, "secret", {});
  Context out{LockedKey::copy_of(expand(suite, secret, "key", context, key_size)), {}};
  std::ranges::copy(expand(suite, secret, "base_nonce", context, gcm_nonce_size),
                    out.nonce.begin());
  return out;
}

ArrivalSeal::ArrivalSeal(const DeliveryPublic& to, const Place& place, const DeliveryKey& ephemeral)
    : ephemeral_(DeliveryAgreement::public_of(ephemeral)),
      context_(DeliveryAgreement::between(ephemeral, to, ephemeral_, to, place.encoded())) {}

Bytes ArrivalSeal::chunk(std::uint32_t number, bool last, ByteView plain) const {
  if (plain.size() > chunk_size) throw Error(Fault::too_big, "too much to seal in one piece");
  auto out = packed(plain, {1, tag_size});
  out[0] = form;
  const std::uint8_t bound[] = {form, static_cast<std::uint8_t>(last ? 1 : 0)};
  gcm_seal(context_.key.view(), nonce_of(context_.nonce, number), bound, std::span(out).subspan(1));
  return out;
}

ArrivalOpen::ArrivalOpen(const DeliveryKey& key, const DeliveryPublic& ephemeral,
                         const Place& place)
    : context_(DeliveryAgreement::between(key, ephemeral, ephemeral,
                                          DeliveryAgreement::public_of(key), place.encoded())) {}

Bytes ArrivalOpen::chunk(std::uint32_t number, bool last, ByteView sealed,
                         const Crossing& crossing) const {
  const auto most = padded_size(inner_header_size + chunk_size);
  if (sealed.size() < 1 + smallest_inner + tag_size || sealed.size() > 1 + most + tag_size ||
      sealed[0] != form)
    does_not_open();
  Bytes inner(sealed.size() - 1 - tag_size);
  const std::uint8_t bound[] = {form, static_cast<std::uint8_t>(last ? 1 : 0)};
  if (!gcm_open(context_.key.view(), nonce_of(context_.nonce, number), bound, sealed.subspan(1),
                inner))
    does_not_open();
  auto plain = unpacked(std::move(inner), chunk_size);
  count_crossing(crossing, plain.size(), Content::readable);
  return plain;
}

}  // namespace crypto
