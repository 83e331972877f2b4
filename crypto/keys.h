#pragma once
// The key hierarchy, as types. A key can be wrapped only by the level above it, and no key, wrapped
// key or key name converts to another: mixing them does not compile.
//
//   root key (vault) --RSA-OAEP-256--+
//   root key (vault) --RSA-OAEP-256--+--> DepKey --> MailboxKey --> MessageKey --> body chunks,
//   AvailabilityKey --XAES-256-GCM---+                   |                         summary, text
//                                                        +--> folders, flags, index blocks
//                                                        +--> DeliveryKey --> mail that arrives
//                                                             (its public half seals without it)
//   DirectoryKey (service) --> account names, aliases, password hashes, roles, audit records
//   SigningKey (service)   --> signatures of what others shall be able to check (signature.h)
//
//   Key<L>         32 secret bytes in locked memory (locked_memory.h), wiped on the way out
//   WrappedKey<L>  a Key<L> encrypted under a level above; safe to store
//   RootKeyRef     the name of a root key (root_keys.h); the key itself stays in its vault

#include <concepts>
#include <cstddef>
#include <utility>

#include "base/bytes.h"
#include "crypto/locked_memory.h"

namespace crypto {

inline constexpr std::size_t key_size = 32;  // AES-256, at every level

struct AvailabilityLevel {};
struct DirectoryLevel {};
struct SigningLevel {};
struct DepLevel {};
struct MailboxLevel {};
struct MessageLevel {};
struct DeliveryLevel {};

// May Parent wrap Child? The whole table.
template <class Child, class Parent>
inline constexpr bool wrapped_by = false;
template <>
inline constexpr bool wrapped_by<DepLevel, AvailabilityLevel> = true;
template <>
inline constexpr bool wrapped_by<MailboxLevel, DepLevel> = true;
template <>
inline constexpr bool wrapped_by<MessageLevel, MailboxLevel> = true;
template <>
inline constexpr bool wrapped_by<DeliveryLevel, MailboxLevel> = true;

// Leave to see raw key bytes. Only the friends can make one, so searching for this name finds every
// line of the program that touches key material.
class RawKeyAccess {
  friend class Aead;               // aead.h: seals and opens with it
  friend class RootTransport;      // root_keys.h: carries a DEP key to and from a vault
  friend class ServiceKeyFile;     // service_keys.h: availability and directory keys at rest
  friend class KeyedHash;          // keyed_hash.h: HMAC under the directory key
  friend class Signature;          // signature.h: Ed25519 under the signing key
  friend class DeliveryAgreement;  // delivery_key.h: X25519 with it
  RawKeyAccess() {}
};

// Move-only, never compared, never printed. Any thread; not shared for writing.
template <class Level>
class Key {
 public:
  static Key generate() { return Key(LockedKey::random()); }
  Key(ByteView raw, RawKeyAccess)
      : raw_(LockedKey::copy_of(raw)) {}  // throws invalid unless 32 bytes

  Key(Key&&) noexcept = default;
  Key& operator=(Key&&) noexcept = default;
  Key(const Key&) = delete;
  Key& operator=(const Key&) = delete;

  ByteView raw(RawKeyAccess) const { return raw_.view(); }

 private:
  explicit Key(LockedKey raw) : raw_(std::move(raw)) {}
  LockedKey raw_;
};

using AvailabilityKey = Key<AvailabilityLevel>;
using DirectoryKey = Key<DirectoryLevel>;
using SigningKey = Key<SigningLevel>;
using DepKey = Key<DepLevel>;
using MailboxKey = Key<MailboxLevel>;
using MessageKey = Key<MessageLevel>;
using DeliveryKey = Key<DeliveryLevel>;  // an X25519 private key (delivery_key.h)

template <class Level>
struct WrappedKey {
  Bytes blob;
};

}  // namespace crypto
