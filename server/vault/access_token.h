#pragma once
// What the token endpoint gives: a JSON Web Token under a key of the vault (HS256), good for an
// hour at this vault and nowhere else. Any thread.

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "server/vault/secret.h"

namespace vault {

inline constexpr UnixTime access_token_life = 3600;

// What the 401 tells a client about where tokens come from.
struct Challenge {
  std::string tenant;    // one path segment
  std::string resource;  // "https://vault.azure.net"
};

class AccessTokens {
 public:
  AccessTokens(Secret key, Challenge audience, const Clock& clock)
      : key_(std::move(key)), audience_(std::move(audience)), clock_(clock) {}

  std::string issue(const std::string& client_id) const;
  // Nothing: it is not from here, of another tenant or resource, altered, or not of now.
  std::optional<std::string> client_of(std::string_view token) const;

 private:
  const Secret key_;
  const Challenge audience_;
  const Clock& clock_;
};

}  // namespace vault
