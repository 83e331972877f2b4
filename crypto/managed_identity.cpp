#include "crypto/managed_identity.h"

#include <cstdlib>

#include "crypto/near_connection.h"
#include "crypto/token_answer.h"

namespace crypto {
namespace {

using Form = ManagedIdentityLogin::Form;

constexpr std::string_view machine_path = "/metadata/identity/oauth2/token";

std::string from_environment(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : otherwise;
}

Url endpoint_of(Form form) {
  if (form == Form::machine) {
    auto url =
        parse_url(from_environment("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://169.254.169.254"));
    url.path += machine_path;
    return url;
  }
  const auto text = from_environment("IDENTITY_ENDPOINT", "");
  if (text.empty())
    throw Error(Fault::invalid, "the environment has no IDENTITY_ENDPOINT",
                "an app service with a managed identity has it; on a machine of its own write "
                "managed_identity = \"machine\"");
  return parse_url(text);
}

SecretText head_of(Form form) {
  if (form == Form::machine) return "Metadata: true\r\n";
  SecretText secret(from_environment("IDENTITY_HEADER", "").c_str());
  check_bearer(secret);
  return SecretText("X-IDENTITY-HEADER: ").append(secret).append("\r\n");
}

class ManagedIdentity final : public TokenSource {
 public:
  ManagedIdentity(const ManagedIdentityLogin& login, const Clock& clock)
      : login_(login),
        clock_(clock),
        endpoint_(endpoint_of(login.form)),
        head_(head_of(login.form)),
        client_({endpoint_, std::nullopt}) {
    if (endpoint_.tls || !is_near(endpoint_.host))
      throw Error(Fault::invalid,
                  "the identity service is not on this machine's link: " + endpoint_.origin());
  }

  Token fetch(const std::string& resource, Deadline end) override {
    SecretText query;
    add_field(query, "api-version", login_.form == Form::machine ? "2018-02-01" : "2019-08-01");
    add_field(query, "resource", resource);
    if (!login_.client_id.empty()) add_field(query, "client_id", login_.client_id);
    const TokenRequest request{
        Speaker::identity,
        "the identity service " + endpoint_.origin(),
        "GET",
        SecretText(endpoint_.path.begin(), endpoint_.path.end()).append("?").append(query),
        head_,
        {}};
    return asked_for_token(client_, request, clock_.now(), end);
  }

 private:
  const ManagedIdentityLogin login_;
  const Clock& clock_;
  const Url endpoint_;
  const SecretText head_;
  HttpsClient client_;
};

}  // namespace

std::unique_ptr<TokenSource> managed_identity(const ManagedIdentityLogin& login,
                                              const Clock& clock) {
  return std::make_unique<ManagedIdentity>(login, clock);
}

}  // namespace crypto
