#pragma once
// RSA private keys from outside: JSON Web Keys (RFC 7518 section 6.3) and PEM files.

#include <boost/json.hpp>

#include "server/vault/files.h"
#include "server/vault/secret.h"

namespace vault {

// PKCS #8. Throws Refusal 400: not RSA, 2048, 3072 or 4096 bits with e = 65537 and all of n, e, d,
// p, q, dp, dq, qi; or its numbers do not belong together.
Secret pkcs8_of_jwk(const boost::json::object&);

// A PEM file without passphrase, as the JSON text of {"key":{JWK}}. Throws invalid, not_found.
Secret import_body_of(const Path& pem);

}  // namespace vault
