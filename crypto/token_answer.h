#pragma once
// What a token endpoint answers (RFC 6749 sections 5.1 and 5.2; Azure's managed identities alike).

#include "base/clock.h"
#include "crypto/https_client.h"
#include "crypto/token_source.h"
#include "crypto/vault_verdict.h"

namespace crypto {

// Throws RootError "200 unreadable" unless it is a bearer token, of visible characters. The
// lifetime is in expires_in or, as a time, in expires_on; numbers may be strings.
Token token_in(const SecretText& body, Speaker, const std::string& who, UnixTime now);

// Throws invalid unless it may stand in a header: visible characters, 16 KiB at most.
void check_bearer(const SecretText&);

struct TokenRequest {
  Speaker speaker = Speaker::authority;
  std::string who;  // for errors
  std::string_view method;
  SecretText target, head, body;
};

// Asks, and gives the token or throws RootError with what the answer means.
Token asked_for_token(HttpsClient&, const TokenRequest&, UnixTime now, Deadline);

// application/x-www-form-urlencoded, appended as "name=value" after an & if needed.
void add_field(SecretText& form, std::string_view name, std::string_view value);

}  // namespace crypto
