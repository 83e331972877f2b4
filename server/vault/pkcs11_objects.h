#pragma once
// RSA private keys as objects of a token: never to be read, for decrypting and signing. All throw
// TokenError.

#include <vector>

#include "server/vault/pkcs11_session.h"
#include "server/vault/public_key.h"

namespace vault {

std::vector<CK_OBJECT_HANDLE> private_keys(Session&, const ObjectId&);

struct MadeKey {
  CK_OBJECT_HANDLE handle;
  PublicKey public_part;
};
MadeKey generate_key(Session&, const ObjectId&, const std::string& label, unsigned bits);
// Throws corrupt too, when that is no RSA key.
MadeKey import_key(Session&, const ObjectId&, const std::string& label, ByteView pkcs8);
PublicKey public_part_of(Session&, CK_OBJECT_HANDLE key);

// However many there are.
void destroy_keys(Session&, const ObjectId&);

}  // namespace vault
