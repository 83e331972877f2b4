#pragma once
// Access tokens of an OpenID provider, as JSON Web Tokens (RFC 7519, RFC 9068): who issued this
// one, for whom, for how long, and whose it is.

#include <boost/json.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "policy/token_keys.h"

namespace policy {

struct TokenSettings {
  std::string issuer;                   // exactly the claim `iss`
  std::string audience;                 // must be in the claim `aud`
  std::string account_claim = "email";  // names the login; with email_verified, if that is there
  std::string scope;                    // must be in `scope` or `scp`; empty: none is asked for
  std::chrono::seconds clock_skew{60};  // between the provider's clock and ours
};

// The words of RFC 7628 section 3.2.2 (RFC 6750 section 3.1).
enum class TokenFault { none, invalid_token, insufficient_scope };

struct TokenVerdict {
  TokenFault fault = TokenFault::none;
  std::string account;      // as the claim says it; empty with a fault
  std::string_view reason;  // for the log
};

// What a token claims, once its signature has been found good. No clock, no keys: rules only.
TokenVerdict verdict_on(const boost::json::object& claims, const TokenSettings&, UnixTime now);

class AccessTokens {
 public:
  AccessTokens(TokenSettings, std::unique_ptr<TokenKeys>, const Clock& wall);

  // Blocks while keys are fetched, which they are not for each token. Any thread.
  TokenVerdict check(std::string_view token);
  // JSON, for the client.
  std::string refusal(TokenFault) const;
  TokenKeys& keys() { return *keys_; }

 private:
  const TokenSettings settings_;
  const std::unique_ptr<TokenKeys> keys_;
  const Clock& wall_;
};

}  // namespace policy
