#pragma once
// Authenticated encryption, XAES-256-GCM (C2SP), in three forms (crypto/FORMAT.md section 2):
//
//   record  192-bit random nonce. Under any key.
//   chunk   counter nonce, not stored: kind, part, chunk number, last or not. Only under a
//           MessageKey, which seals one message once, so that a (key, nonce) pair cannot repeat.
//   wrap    192-bit random nonce, 73 octets: one key under the level above.
//
// `place` is the authenticated data: what the ciphertext is and where it belongs (place.h).

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "crypto/crossing.h"
#include "crypto/keys.h"
#include "crypto/place.h"

namespace crypto {

inline constexpr std::size_t chunk_size = 64 << 10;    // plaintext of one chunk, at most
inline constexpr std::size_t record_limit = 64 << 20;  // plaintext of one record, at most
inline constexpr std::size_t wrapped_key_size = 1 + 24 + 32 + 16;

// Sealing needs no crossing; opening mail does. Every open throws corrupt when the key, the place
// or any bit is another than at sealing: never wrong plaintext. Any thread.
class Aead {
 public:
  // version || nonce || ciphertext || tag, compressed where that helps and padded (padding.h).
  // Throws too_big above record_limit.
  template <class Level>
  static Bytes seal_record(const Key<Level>& key, const Place& place, ByteView plain) {
    return seal_raw(key.raw({}), place, plain);
  }
  static Bytes open_record(const MailboxKey& key, const Place& place, ByteView sealed,
                           const Crossing& crossing);
  static Bytes open_record(const MessageKey& key, const Place& place, ByteView sealed,
                           const Crossing& crossing);
  static Bytes open_record(const DirectoryKey& key, const Place& place, ByteView sealed);

  // Chunk `number` of a message body; `last` is bound in, so that a body cannot be cut short.
  // Never two different plaintexts for one (key, kind, part, number, last). `content` is sealed
  // with it: so each opening is counted as what it gave. Throws too_big above chunk_size.
  static Bytes seal_chunk(const MessageKey& key, const Place& place, std::uint32_t number,
                          bool last, ByteView plain, Content content);
  static Bytes open_chunk(const MessageKey& key, const Place& place, std::uint32_t number,
                          bool last, ByteView sealed, const Crossing& crossing);

  // One step of the hierarchy: 73 bytes. A key of the wrong level is a compile error.
  template <class Child, class Parent>
    requires wrapped_by<Child, Parent>
  static WrappedKey<Child> wrap(const Key<Child>& key, const Key<Parent>& by, const Place& place) {
    return {wrap_raw(key.raw({}), by.raw({}), place)};
  }
  template <class Child, class Parent>
    requires wrapped_by<Child, Parent>
  static Key<Child> unwrap(const WrappedKey<Child>& wrapped, const Key<Parent>& by,
                           const Place& place) {
    const auto raw = unwrap_raw(wrapped.blob, by.raw({}), place);
    return Key<Child>(raw.view(), {});
  }

 private:
  static Bytes seal_raw(ByteView key, const Place& place, ByteView plain);
  static Bytes open_raw(ByteView key, const Place& place, ByteView sealed);
  static Bytes wrap_raw(ByteView key, ByteView by, const Place& place);
  static LockedKey unwrap_raw(ByteView blob, ByteView by, const Place& place);
};

}  // namespace crypto
