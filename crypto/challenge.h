#pragma once
// What a vault's 401 asks for (RFC 9110 section 11.6.1, RFC 6750 section 3), and whether it may
// have it: a token is asked for and sent only for a resource that was configured, or that is a
// parent domain of the vault's own host.

#include <optional>
#include <string>
#include <string_view>

namespace crypto {

struct Challenge {
  std::string authority;  // "https://login.microsoftonline.com/<tenant>"; empty: not named
  std::string resource;   // "https://vault.azure.net"; empty: not named
};

// The first Bearer challenge of a WWW-Authenticate header. Nothing when there is none.
std::optional<Challenge> bearer_challenge(std::string_view header);

// Is `resource` an https URL whose host is a parent domain, of two labels or more, of this host?
bool covers(const std::string& resource, const std::string& vault_host);

}  // namespace crypto
