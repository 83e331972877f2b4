#include "crypto/root_keys.h"
#include "crypto/url.h"
#include "server/config_section.h"

namespace server {
namespace {

crypto::ClientLogin client_login(Section& section) {
  crypto::ClientLogin out;
  out.authority = section.text_or("authority", out.authority);
  out.ca = section.file(section.has("authority_ca") ? "authority_ca" : "ca");
  out.tenant = section.text("tenant");
  out.client_id = section.text("client_id");
  return out;
}

crypto::LoginSettings token_file_login(Section& section) {
  return crypto::TokenFileLogin{section.file("token_file")};
}

crypto::LoginSettings secret_login(Section& section) {
  return crypto::ClientSecretLogin{client_login(section), section.file("client_secret_file")};
}

crypto::LoginSettings certificate_login(Section& section) {
  return crypto::ClientCertificateLogin{
      client_login(section), section.file("client_certificate"), section.file("client_key"),
      section.one_of("client_assertion", {"PS256", "RS256"}) == 0};
}

crypto::LoginSettings identity_login(Section& section) {
  using Form = crypto::ManagedIdentityLogin::Form;
  const auto form = section.one_of("managed_identity", {"machine", "app-service"});
  return crypto::ManagedIdentityLogin{form == 0 ? Form::machine : Form::app_service,
                                      section.text_or("client_id", "")};
}

// How the server proves to a vault who it is: the key that says so, and those that go with it.
struct LoginKind {
  std::string_view key;
  crypto::LoginSettings (*read)(Section&);
  std::vector<std::string_view> with;
};

const std::vector<LoginKind>& login_kinds() {
  static const std::vector<LoginKind> kinds{
      {"token_file", token_file_login, {}},
      {"client_secret_file",
       secret_login,
       {"tenant", "client_id", "authority", "authority_ca", "resource"}},
      {"client_certificate",
       certificate_login,
       {"client_key", "client_assertion", "tenant", "client_id", "authority", "authority_ca",
        "resource"}},
      {"managed_identity", identity_login, {"client_id", "resource"}},
  };
  return kinds;
}

const LoginKind& login_kind(Section& section) {
  const LoginKind* found = nullptr;
  for (const auto& kind : login_kinds()) {
    if (!section.has(kind.key)) continue;
    if (found) section.refuse(kind.key, fmt::format("does not go with {}", found->key));
    found = &kind;
  }
  if (!found)
    section.refuse("url",
                   "a vault needs token_file, client_secret_file, client_certificate or "
                   "managed_identity");
  for (const auto& other : login_kinds())
    for (const auto key : other.with)
      if (section.has(key) && std::ranges::find(found->with, key) == found->with.end())
        section.refuse(key, fmt::format("does not go with {}", found->key),
                       found->with.empty()
                           ? "nothing else belongs to it"
                           : fmt::format("what goes with it: {}", fmt::join(found->with, ", ")));
  return *found;
}

}  // namespace

void read_vault(Section& section, Config& config) {
  VaultConfig out{.url = section.text("url"),
                  .ca = section.file("ca"),
                  .login = login_kind(section).read(section),
                  .resource = section.text_or("resource", "")};
  out.firewall_denies = section.one_of("firewall", {"denies", "outage"}) == 0;
  // One vault has one name, however it is spelt.
  out.url =
      section.checked("url", [&] { return crypto::RootKeyRef(out.url + "/keys/any"); }).vault();
  if (!out.resource.empty())
    section.checked("resource", [&] { return crypto::parse_url(out.resource); });
  for (const auto& other : config.vaults)
    if (other.url == out.url)
      section.checked("url", []() -> int { throw Error(Fault::invalid, "named twice"); });
  config.vaults.push_back(std::move(out));
}

}  // namespace server
