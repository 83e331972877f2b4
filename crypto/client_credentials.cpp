#include "crypto/client_credentials.h"

#include <algorithm>

#include "crypto/client_assertion.h"
#include "crypto/token_answer.h"

namespace crypto {
namespace {

constexpr std::string_view assertion_type =
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

Url checked_authority(const ClientLogin& login) {
  const auto url = parse_url(login.authority);
  if (!url.tls || !url.path.empty())
    throw Error(Fault::invalid, "not an authority: " + login.authority,
                "write it as https://HOST, without the tenant");
  return url;
}

std::string checked_id(const std::string& id, const std::string& what) {
  const auto good = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '.';
  };
  if (id.empty() || id.size() > 128 || !std::ranges::all_of(id, good))
    throw Error(Fault::invalid, "not a " + what + ": " + id);
  return id;
}

class ClientCredentials : public TokenSource {
 public:
  ClientCredentials(const ClientLogin& login, const Clock& clock)
      : clock_(clock),
        authority_(checked_authority(login)),
        tenant_(checked_id(login.tenant, "tenant")),
        client_id_(checked_id(login.client_id, "client_id")),
        client_({authority_, login.ca}) {}

  Token fetch(const std::string& resource, Deadline end) override {
    SecretText form;
    add_field(form, "grant_type", "client_credentials");
    add_field(form, "client_id", client_id_);
    add_field(form, "scope", resource + "/.default");
    prove(form);
    const TokenRequest request{Speaker::authority,
                               "the token endpoint " + endpoint(),
                               "POST",
                               SecretText(path().c_str()),
                               "Accept: application/json\r\n"
                               "Content-Type: application/x-www-form-urlencoded\r\n",
                               std::move(form)};
    return asked_for_token(client_, request, clock_.now(), end);
  }

  bool trusts(const Challenge& challenge) const override {
    if (challenge.authority.empty()) return true;
    try {
      const auto named = parse_url(challenge.authority);
      return named.origin() == authority_.origin() && named.path == '/' + tenant_;
    } catch (const Error&) {
      return false;
    }
  }

 protected:
  virtual void prove(SecretText& form) const = 0;

  std::string endpoint() const { return authority_.origin() + path(); }
  const std::string& client_id() const { return client_id_; }
  UnixTime now() const { return clock_.now(); }

 private:
  std::string path() const { return '/' + tenant_ + "/oauth2/v2.0/token"; }

  const Clock& clock_;
  const Url authority_;
  const std::string tenant_, client_id_;
  HttpsClient client_;
};

// What goes wrong with a file while the server runs is ours to mend, not the customer's word.
template <class Read>
auto from_file(Read read) {
  try {
    return read();
  } catch (const Error& error) {
    throw RootError(RootVerdict::misconfigured, "client secret", error.what());
  }
}

class ClientSecret final : public ClientCredentials {
 public:
  ClientSecret(const ClientSecretLogin& login, const Clock& clock)
      : ClientCredentials(login, clock), file_(login.secret) {
    read_secret_line(file_);
  }

 private:
  void prove(SecretText& form) const override {
    add_field(form, "client_secret", from_file([&] { return read_secret_line(file_); }));
  }

  const std::filesystem::path file_;
};

class ClientCertificate final : public ClientCredentials {
 public:
  ClientCertificate(const ClientCertificateLogin& login, const Clock& clock)
      : ClientCredentials(login, clock), login_(login) {
    assertion();
  }

 private:
  SecretText assertion() const {
    const AssertionKey key(login_.certificate, login_.key);
    return key.assertion(login_.pss ? JwsAlgorithm::ps256 : JwsAlgorithm::rs256, client_id(),
                         endpoint(), now());
  }
  void prove(SecretText& form) const override {
    add_field(form, "client_assertion_type", assertion_type);
    add_field(form, "client_assertion", from_file([&] { return assertion(); }));
  }

  const ClientCertificateLogin login_;
};

}  // namespace

std::unique_ptr<TokenSource> client_secret(const ClientSecretLogin& login, const Clock& clock) {
  return std::make_unique<ClientSecret>(login, clock);
}

std::unique_ptr<TokenSource> client_certificate(const ClientCertificateLogin& login,
                                                const Clock& clock) {
  return std::make_unique<ClientCertificate>(login, clock);
}

}  // namespace crypto
