#pragma once
// Keys with octets of a test's choice. The product has no way to make one of given octets, so they
// come as its own keys do: out of a vault (a false one), and wrapped by the level above (with the
// cipher itself).

#include <algorithm>
#include <iterator>
#include <span>

#include "crypto/aead.h"
#include "crypto/digest.h"
#include "crypto/root_keys.h"
#include "crypto/xaes.h"

namespace crypto_test {

// A vault that answers every unwrap with the octets it was given.
class FalseVault final : public crypto::RootKeys {
 public:
  explicit FalseVault(crypto::SecretBytes answer = {}) : answer_(std::move(answer)) {}

  crypto::RootKeyInfo get(const crypto::RootKeyRef& root) override {
    return {root, "RSA", 2048, true, {}, {}, {}, ""};
  }
  const Bytes& asked_to_wrap() const { return asked_; }

 protected:
  crypto::WrappedByRoot wrap_octets(const crypto::RootKeyRef& root, ByteView octets) override {
    asked_ = copy_of(octets);
    return {root, asked_};
  }
  crypto::SecretBytes unwrap_octets(const crypto::WrappedByRoot& wrapped,
                                    crypto::Patience) override {
    if (answer_.empty()) return {wrapped.blob.begin(), wrapped.blob.end()};
    return answer_;
  }

 private:
  crypto::SecretBytes answer_;
  Bytes asked_;
};

inline const crypto::RootKeyRef some_root{"https://vault-a.example:8443/keys/root/1"};

// What a vault holds for a DEP key at its place (FORMAT.md section 5).
inline Bytes root_payload(ByteView key, const crypto::Place& place) {
  auto payload = copy_of(key);
  const auto hash = crypto::sha256(place.encoded());
  payload.insert(payload.end(), hash.begin(), hash.end());
  return payload;
}

inline crypto::DepKey fixed_dep_key(ByteView raw) {
  const crypto::Place place{crypto::Kind::dep_key};
  return FalseVault().unwrap({some_root, root_payload(raw, place)}, place);
}

// A wrap as in FORMAT.md section 2.3, with a nonce of zeros.
inline Bytes wrapped(ByteView raw, ByteView by, const crypto::Place& place) {
  Bytes associated{0x13}, blob(crypto::wrapped_key_size);
  std::ranges::copy(place.encoded(), std::back_inserter(associated));
  blob[0] = 0x13;
  std::ranges::copy(raw, blob.begin() + 25);
  const auto nonce = std::span(blob).subspan<1, 24>();
  crypto::xaes_seal(by, nonce, associated, std::span(blob).subspan(25));
  return blob;
}

inline crypto::MailboxKey fixed_mailbox_key(ByteView raw) {
  const Bytes dep(32, 1);
  const crypto::Place place{crypto::Kind::mailbox_key};
  const crypto::WrappedKey<crypto::MailboxLevel> blob{wrapped(raw, dep, place)};
  return crypto::Aead::unwrap(blob, fixed_dep_key(dep), place);
}

inline crypto::MessageKey fixed_message_key(ByteView raw) {
  const Bytes mailbox(32, 2);
  const crypto::Place place{crypto::Kind::message_key};
  const crypto::WrappedKey<crypto::MessageLevel> blob{wrapped(raw, mailbox, place)};
  return crypto::Aead::unwrap(blob, fixed_mailbox_key(mailbox), place);
}

inline crypto::DeliveryKey fixed_delivery_key(ByteView raw) {
  const Bytes mailbox(32, 2);
  const crypto::Place place{crypto::Kind::delivery_key};
  const crypto::WrappedKey<crypto::DeliveryLevel> blob{wrapped(raw, mailbox, place)};
  return crypto::Aead::unwrap(blob, fixed_mailbox_key(mailbox), place);
}

}  // namespace crypto_test
