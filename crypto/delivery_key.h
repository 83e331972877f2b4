#pragma once
// Mail that arrives while nobody has the mailbox key: sealed to the public half of the mailbox's
// delivery key, opened by the private half, which only the mailbox key unwraps. HPKE (RFC 9180) in
// base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM (crypto/FORMAT.md section 2.4).
//
// It hides what arrived, not that something did; and since the key to seal with is public, it does
// not prove who sealed it. Any thread; one object one thread at a time.

#include <array>
#include <compare>
#include <cstdint>

#include "crypto/crossing.h"
#include "crypto/keys.h"
#include "crypto/place.h"

namespace crypto {

struct DeliveryPublic {
  std::array<std::uint8_t, key_size> octets{};
  auto operator<=>(const DeliveryPublic&) const = default;
};

// X25519 and what HPKE derives from it, for the two classes below.
class DeliveryAgreement {
 public:
  static DeliveryPublic public_of(const DeliveryKey&);

  struct Context {
    LockedKey key;
    std::array<std::uint8_t, 12> nonce;  // of chunk 0
  };
  // `own` and `other` agree: one of them is the ephemeral pair. `info` is bound in. Throws invalid
  // when `other` is no public key.
  static Context between(const DeliveryKey& own, const DeliveryPublic& other,
                         const DeliveryPublic& ephemeral, const DeliveryPublic& recipient,
                         ByteView info);
};

// One arrival on its way in. Chunks are numbered from 0, each number once.
class ArrivalSeal {
 public:
  // Throws invalid when the public key is none.
  ArrivalSeal(const DeliveryPublic& to, const Place& place)
      : ArrivalSeal(to, place, DeliveryKey::generate()) {}
  // For vectors: with an ephemeral key that is known, and used for nothing else.
  ArrivalSeal(const DeliveryPublic& to, const Place&, const DeliveryKey& ephemeral);
  const DeliveryPublic& ephemeral() const { return ephemeral_; }  // stored beside the chunks
  // At most chunk_size octets (aead.h), compressed where that helps and padded. Throws too_big.
  Bytes chunk(std::uint32_t number, bool last, ByteView plain) const;

 private:
  DeliveryPublic ephemeral_;
  DeliveryAgreement::Context context_;
};

class ArrivalOpen {
 public:
  ArrivalOpen(const DeliveryKey&, const DeliveryPublic& ephemeral, const Place&);
  // Throws corrupt when anything is another than at sealing.
  Bytes chunk(std::uint32_t number, bool last, ByteView sealed, const Crossing&) const;

 private:
  DeliveryAgreement::Context context_;
};

}  // namespace crypto
