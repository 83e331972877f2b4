#pragma once
// The key vault's REST interface: one request in, one answer out. Interoperates with clients of
// Azure Key Vault, api-version 7.4 to 7.6 and 2025-07-01.
//
// Checks, in this order: token (401 with the challenge, before body and api-version), api-version
// and path (400, 404, 405), permission (403), key and version (404), enabled, key_ops, times (403),
// body (400). The state of a key comes from one snapshot.

#include <string>
#include <string_view>

#include "base/clock.h"
#include "server/http/message.h"
#include "server/vault/audit.h"
#include "server/vault/authority.h"
#include "server/vault/key_operations.h"

namespace vault {

// What the 401 tells a client about where tokens come from.
struct Challenge {
  std::string tenant;    // one path segment
  std::string resource;  // "https://vault.azure.net"
};

class Api {
 public:
  Api(Store&, Authority&, AuditLog&, const Clock&, Challenge);

  http::Response handle(const http::Request&);  // any thread
  // For what never was a request (server/http/server.h).
  static http::Response refuse(unsigned status, std::string_view text);

 private:
  http::Response answer(const http::Request&, AuditEntry&);
  http::Response challenge(const http::Request&) const;

  KeyOperations operations_;
  Authority& authority_;
  AuditLog& audit_;
  const Clock& clock_;
  const Challenge challenge_;
};

}  // namespace vault
