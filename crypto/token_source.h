#pragma once
// Where the bearer tokens for a vault come from, one class a kind. Secrets are in files that only
// their owner may read; they are read when a token is asked for, so that a new one needs no
// restart, and wiped. Blocking; any thread.

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "base/clock.h"
#include "crypto/challenge.h"
#include "crypto/https_client.h"

namespace crypto {

struct Token {
  SecretText bearer;
  std::optional<std::chrono::seconds> lifetime;  // from now; none: not known
};

class TokenSource {
 public:
  virtual ~TokenSource() = default;

  // For "https://vault.azure.net" or the like. Throws RootError.
  virtual Token fetch(const std::string& resource, Deadline) = 0;
  // Whether tokens are made for a resource, so that the vault must be asked which.
  virtual bool needs_resource() const { return true; }
  // May credentials of this kind answer the challenge?
  virtual bool trusts(const Challenge&) const { return true; }
};

// The one line of a file, without an end.
struct TokenFileLogin {
  std::filesystem::path file;
};

// OAuth 2.0 client credentials (RFC 6749 section 4.4) at AUTHORITY/TENANT/oauth2/v2.0/token.
struct ClientLogin {
  std::string authority = "https://login.microsoftonline.com";
  std::filesystem::path ca;  // PEM: whose certificate the authority shows
  std::string tenant, client_id;
};

struct ClientSecretLogin : ClientLogin {
  std::filesystem::path secret;  // its one line
};

// A JWT signed by the key of a certificate instead of a secret (RFC 7523 section 2.2).
struct ClientCertificateLogin : ClientLogin {
  std::filesystem::path certificate, key;  // PEM; RSA
  bool pss = true;                         // PS256; else RS256
};

// The cloud's own identity of this machine (169.254.169.254, or $AZURE_POD_IDENTITY_AUTHORITY_HOST)
// or of this app service ($IDENTITY_ENDPOINT, $IDENTITY_HEADER).
struct ManagedIdentityLogin {
  enum class Form { machine, app_service } form = Form::machine;
  std::string client_id;  // of a user-assigned identity; empty: the system's
};

using LoginSettings =
    std::variant<TokenFileLogin, ClientSecretLogin, ClientCertificateLogin, ManagedIdentityLogin>;

// Throws not_found, invalid (others may read it, or it is not one line), corrupt.
SecretText read_secret_line(const std::filesystem::path&);

// Looks at the files now, so that what is wrong with them is told at once. Throws invalid,
// not_found, corrupt.
std::unique_ptr<TokenSource> token_source(const LoginSettings&, const Clock&);

}  // namespace crypto
