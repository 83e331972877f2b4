#pragma once
// Whoever holds the private keys of a vault: this program (software_keys.h), or a token that gives
// none out (pkcs11_keys.h). What a key may be used for, by whom and when (enabled, times, deleted,
// tags, policies) is the store's business and the same for all.
//
// Calls block; any thread. A holder that cannot be reached throws unavailable, which says nothing
// of the key; one that no longer has the key throws not_found.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "server/vault/public_key.h"
#include "server/vault/secret.h"

namespace vault {

// Names one private key, for ever: a version's digits are random and never given again.
struct KeyId {
  std::string name;     // lower case
  std::string version;  // 32 lower-case hex digits
};

class PrivateKey {
 public:
  virtual ~PrivateKey() = default;

  virtual const PublicKey& public_part() const = 0;  // at hand always, without asking the holder
  // What the store keeps of it, sealed, and gives to KeyBackend::open: the key itself where this
  // program holds it, otherwise no more than finds it again.
  virtual Secret kept() const = 0;
  // PKCS #8, for a backup; nothing when the holder gives it to nobody.
  virtual std::optional<Secret> exported() const = 0;

  // RSA-OAEP-256 (public_key.h). Nothing for every ciphertext that does not open, whatever is wrong
  // with it, and in the same time.
  virtual std::optional<Secret> decrypt(ByteView cipher) const = 0;
  // `digest` has the length that the scheme wants. As long as the modulus.
  virtual Bytes sign(const SignatureScheme&, ByteView digest) const = 0;
};
using HeldKey = std::shared_ptr<const PrivateKey>;

class KeyBackend {
 public:
  virtual ~KeyBackend() = default;

  virtual std::string_view key_type() const = 0;  // "RSA"; "RSA-HSM" where hardware holds it

  // True when make() and import() leave something behind outside the store's own files. The store
  // then notes the id on disk first, and after a death in between calls destroy() with it.
  virtual bool holds_outside() const = 0;
  // Whether keys can be used now. Asks the holder; what is in the way is in the log.
  virtual bool reachable() = 0;

  virtual HeldKey make(const KeyId&, unsigned bits) = 0;  // e = 65537
  virtual HeldKey import(const KeyId&, ByteView pkcs8) = 0;
  // Of what kept() gave. Throws corrupt. A holder need not be reached for this.
  virtual HeldKey open(const KeyId&, ByteView kept) = 0;
  // For good. Fine when there is no such key any more, or never was.
  virtual void destroy(const KeyId&) = 0;
};

}  // namespace vault
