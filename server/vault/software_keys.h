#pragma once
// Private keys in this program's memory, and PKCS #8 in the store's sealed files.

#include "server/vault/key_backend.h"

namespace vault {

class SoftwareKeys final : public KeyBackend {
 public:
  std::string_view key_type() const override { return "RSA"; }
  bool holds_outside() const override { return false; }
  bool reachable() override { return true; }

  HeldKey make(const KeyId&, unsigned bits) override;
  HeldKey import(const KeyId& id, ByteView pkcs8) override { return open(id, pkcs8); }
  HeldKey open(const KeyId&, ByteView kept) override;
  void destroy(const KeyId&) override {}
};

}  // namespace vault
