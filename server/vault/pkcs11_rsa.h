#pragma once
// What a token does with a private key. All throw TokenError.

#include <optional>

#include "server/vault/pkcs11_session.h"
#include "server/vault/public_key.h"

namespace vault {

// Where RSA-OAEP-256 is taken apart. The ciphertexts are the same.
enum class Oaep {
  in_token,  // CKM_RSA_PKCS_OAEP with SHA-256: what real modules do
  here       // CKM_RSA_X_509, and decoded here: SoftHSM 2.6 has SHA-1 alone
};

// As PrivateKey::decrypt. `marker` is a key of the vault that is known to work: it tells a
// ciphertext that does not open from a token that does not answer, where the token does not.
std::optional<Secret> decrypt(Session&, CK_OBJECT_HANDLE, const PublicKey&, ByteView cipher, Oaep,
                              const ObjectId& marker);

// As PrivateKey::sign.
Bytes sign(Session&, CK_OBJECT_HANDLE, const PublicKey&, const SignatureScheme&, ByteView digest);

// By a round trip with the marker: how the token decrypts; nothing: it does not, or has no marker.
std::optional<Oaep> probed(Session&, const ObjectId& marker);
// That the token is there, and the vault's. Throws TokenError CKR_TOKEN_NOT_PRESENT.
void require_marker(Session&, const ObjectId& marker);

}  // namespace vault
