#pragma once
// OAuth 2.0 client credentials (RFC 6749 section 4.4), proven by a secret or by a JWT that the key
// of a certificate signs (RFC 7523). Sent to the configured authority and to nobody else.

#include "crypto/token_source.h"

namespace crypto {

// Throw invalid, not_found, corrupt: a setting, or a file, is not as it must be.
std::unique_ptr<TokenSource> client_secret(const ClientSecretLogin&, const Clock&);
std::unique_ptr<TokenSource> client_certificate(const ClientCertificateLogin&, const Clock&);

}  // namespace crypto
