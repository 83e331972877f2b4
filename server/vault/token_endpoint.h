#pragma once
// Where clients get tokens (OAuth 2.0 client credentials, RFC 6749 section 4.4), as Microsoft's
// identity platform has it: with a client secret, or an assertion under a certificate.
//
//   GET  /TENANT/v2.0/.well-known/openid-configuration
//   GET  /TENANT/discovery/v2.0/keys
//   POST /TENANT/oauth2/v2.0/token

#include <optional>

#include "server/http/message.h"
#include "server/http/target.h"
#include "server/vault/access_token.h"
#include "server/vault/assertion.h"
#include "server/vault/audit.h"
#include "server/vault/clients.h"

namespace vault {

struct Denial;  // of token_endpoint.cpp

class TokenEndpoint {
 public:
  TokenEndpoint(Clients& clients, const AccessTokens& tokens, Challenge challenge,
                const Clock& clock)
      : clients_(clients), tokens_(tokens), challenge_(std::move(challenge)), assertions_(clock) {}

  // Nothing: the path is none of these. Any thread.
  std::optional<http::Response> answer(const http::Request&, const http::Target&, AuditEntry&);

 private:
  http::Response configuration(const http::Request&) const;
  http::Response token(const http::Request&, AuditEntry&);
  // None: the client has proved who it is.
  const Denial* objection_to(const http::Request&, const http::Target& form, const Client&);

  Clients& clients_;
  const AccessTokens& tokens_;
  const Challenge challenge_;
  Assertions assertions_;
};

}  // namespace vault
