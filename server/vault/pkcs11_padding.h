#pragma once
// Encoded messages of RFC 8017, for tokens that leave them to us. Any thread.

#include <optional>

#include "server/vault/public_key.h"
#include "server/vault/secret.h"

namespace vault {

// Section 7.1.2, step 3, with SHA-256 both as hash and in MGF1 and no label, of an encoded message
// as long as the modulus. In constant time up to its one verdict; nothing: it does not decode,
// whatever is wrong with it.
std::optional<Secret> oaep_decoded(ByteView encoded);

// Section 9.1.1, MGF1 with the same hash and a salt as long as the digest. As long as the modulus.
Bytes pss_encoded(const PublicKey&, SignatureScheme::Hash, ByteView digest);

// Section 9.2, step 2: what CKM_RSA_PKCS signs.
Bytes digest_info(SignatureScheme::Hash, ByteView digest);

}  // namespace vault
