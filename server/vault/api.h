#pragma once
// The key vault's REST interface: one request in, one answer out. Interoperates with clients of
// Azure Key Vault, api-version 7.4 to 7.6 and 2025-07-01.
//
// Checks, in this order: token (401 with the challenge, before body and api-version), how much was
// asked lately (429), api-version and path (400, 404, 405), permission (403), key and version
// (404), enabled, key_ops, times (403), body (400). The state of a key comes from one snapshot.

#include <string>
#include <string_view>

#include "base/clock.h"
#include "server/vault/audit.h"
#include "server/vault/authority.h"
#include "server/vault/key_operations.h"
#include "server/vault/management.h"
#include "server/vault/throttle.h"
#include "server/vault/token_endpoint.h"

namespace vault {

struct ApiLimits {
  unsigned requests = 4000;  // of one caller in 10 seconds; a new key counts for 40
};

// What the parts of a vault share. All of it outlives the Api.
struct ApiParts {
  Store& store;
  Authority& authority;
  Clients& clients;
  const AccessTokens& tokens;
  AuditLog& audit;
  Faults& faults;
  const Clock& clock;
};

class Api {
 public:
  Api(const ApiParts&, Challenge, const ApiLimits&);

  http::Response handle(const http::Request&);  // any thread
  // For what never was a request (server/http/server.h).
  static http::Response refuse(unsigned status, std::string_view text);

 private:
  http::Response answer(const http::Request&, AuditEntry&);
  http::Response answer_known(const Caller&, const http::Request&, const http::Target&,
                              AuditEntry&);
  http::Response answer_disturbed(const Disturbance&, const Caller&, const Route&,
                                  const http::Request&, const http::Target&, AuditEntry&);
  http::Response perform_for_owner(const Caller&, const Route&, const http::Request&,
                                   const http::Target&, AuditEntry&);
  http::Response perform(const Caller&, const Route&, const http::Request&, const http::Target&,
                         AuditEntry&);
  std::optional<http::Response> token(const http::Request&, const http::Target&, AuditEntry&);
  http::Response challenge(const http::Request&, AuditEntry&);
  std::optional<http::Response> throttled(const std::string& caller, unsigned cost);

  KeyOperations operations_;
  Management management_;
  TokenEndpoint token_endpoint_;
  Authority& authority_;
  AuditLog& audit_;
  Faults& faults_;
  const Clock& clock_;
  const Challenge challenge_;
  Throttle throttle_;
  Throttle strangers_;  // what of them is recorded
};

}  // namespace vault
