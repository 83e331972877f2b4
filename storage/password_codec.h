#pragma once
// How a stored password is written within a record (crypto/FORMAT.md section 7): its hash as a
// text, and what came later.

#include "crypto/password.h"
#include "storage/codec.h"

namespace storage {

// Form and SCRAM verifier: all but the hash.
void encode_rest(Encoder&, const crypto::StoredPassword&);
void decode_rest(Decoder&, crypto::StoredPassword&);  // throws corrupt

}  // namespace storage
