#pragma once
// Private keys in a PKCS #11 token, which gives them to nobody. One key object a version: CKA_ID is
// its 16 octets, CKA_LABEL the name. kept() is "SVT1", then modulus and exponent, each behind its
// length (2 octets, big endian).
//
// A key is said to be gone only while the marker of the vault is in the token (pkcs11_token.h): a
// token that is away, empty or another one shows no keys either.

#include "server/vault/key_backend.h"
#include "server/vault/pkcs11_token.h"

namespace vault {

class Pkcs11Keys final : public KeyBackend {
 public:
  explicit Pkcs11Keys(TokenSettings settings)
      : token_(std::make_shared<Pkcs11Token>(std::move(settings))) {}

  std::string_view key_type() const override { return "RSA-HSM"; }
  bool holds_outside() const override { return true; }
  bool reachable() override { return token_->reachable(); }

  HeldKey make(const KeyId&, unsigned bits) override;
  HeldKey import(const KeyId&, ByteView pkcs8) override;
  HeldKey open(const KeyId&, ByteView kept) override;
  void destroy(const KeyId&) override;

 private:
  const std::shared_ptr<Pkcs11Token> token_;
};

}  // namespace vault
