#pragma once
// Tokens of the cloud's own identity for this machine or app service: plain HTTP to the machine's
// own link (reference: key vault REST, section 2).

#include "crypto/token_source.h"

namespace crypto {

// Throws invalid: the environment names no endpoint, or one that is not near.
std::unique_ptr<TokenSource> managed_identity(const ManagedIdentityLogin&, const Clock&);

}  // namespace crypto
