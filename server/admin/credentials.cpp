// App passwords and client certificates of an account.

#include <algorithm>

#include "base/error.h"
#include "crypto/peer_certificate.h"
#include "policy/account_name.h"
#include "policy/app_password.h"
#include "server/admin/routes.h"

namespace server::admin {

namespace json = boost::json;

namespace {

using storage::AppPassword;
using storage::Certificate;
using storage::Credential;
using storage::Scope;

constexpr std::pair<std::string_view, Scope> scopes[] = {
    {"imap", Scope::imap}, {"smtp", Scope::smtp}, {"all", Scope::all}};

std::string_view name_of(Scope scope) {
  return std::ranges::find(scopes, scope, &std::pair<std::string_view, Scope>::second)->first;
}

Scope scope_named(const std::string& name) {
  for (const auto& [known, scope] : scopes)
    if (known == name) return scope;
  throw Error(Fault::invalid, "there is no such scope", "one of: imap, smtp, all");
}

storage::Account account_of(Call& call) {
  return call.parts.directory.account(policy::lower_case(call.names[0]));
}

// For people, on one line.
std::string checked_name(std::string name) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; };
  if (std::ranges::any_of(name, is_control))
    throw Error(Fault::invalid, "a name has no control characters");
  return name;
}

json::object described(const Credential& credential) {
  json::object out{{"name", credential.name}, {"created", iso_time(credential.created)}};
  out["lastUse"] =
      credential.last_use == 0 ? json::value(nullptr) : json::value(iso_time(credential.last_use));
  if (const auto* what = std::get_if<AppPassword>(&credential.what))
    out["scope"] = name_of(what->scope);
  else
    out["fingerprint"] = to_hex(std::get<Certificate>(credential.what).fingerprint);
  return out;
}

template <class What>
json::array list_of(Call& call) {
  json::array all;
  for (const auto& each : call.parts.directory.credentials(account_of(call).id))
    if (std::holds_alternative<What>(each.what)) all.push_back(described(each));
  return all;
}

// One that no other of the account's app passwords begins like.
crypto::SecretText new_secret(const std::vector<Credential>& others) {
  while (true) {
    auto secret = policy::new_app_password();
    const auto selector = policy::selector_of(secret);
    const bool taken = std::ranges::any_of(others, [&](const Credential& each) {
      const auto* what = std::get_if<AppPassword>(&each.what);
      return what != nullptr && what->selector == selector;
    });
    if (!taken) return secret;
  }
}

json::value removed(Call& call, const Credential& credential) {
  call.parts.directory.remove_credential(credential.id);
  return described(credential);
}

}  // namespace

json::value list_app_passwords(Call& call) {
  return {{"appPasswords", list_of<AppPassword>(call)}};
}

json::value add_app_password(Call& call) {
  const auto name = checked_name(call.fields.text("name"));
  const auto scope = scope_named(call.fields.find_text("scope").value_or("all"));
  call.fields.finish();
  auto& directory = call.parts.directory;
  const auto account = account_of(call);
  const auto secret = new_secret(directory.credentials(account.id));
  const Credential credential{
      .account = account.id,
      .name = name,
      .created = call.parts.clock.now(),
      .what = AppPassword{scope, policy::selector_of(secret),
                          crypto::stored_password(secret, directory.scram_salt(account.name))}};
  directory.add_credential(credential);
  auto answer = described(credential);
  answer["secret"] = std::string_view(secret);
  return answer;
}

json::value remove_app_password(Call& call) {
  const auto account = account_of(call);
  for (const auto& each : call.parts.directory.credentials(account.id))
    if (std::holds_alternative<AppPassword>(each.what) && each.name == call.names[1])
      return removed(call, each);
  throw Error(Fault::not_found, account.name + " has no app password of this name",
              "sealpost account app-password list " + account.name);
}

json::value list_certificates(Call& call) { return {{"certificates", list_of<Certificate>(call)}}; }

json::value add_certificate(Call& call) {
  const auto name = checked_name(call.fields.text("name"));
  auto fingerprint = crypto::certificate_fingerprint(call.fields.text("certificate"));
  call.fields.finish();
  const Credential credential{.account = account_of(call).id,
                              .name = name,
                              .created = call.parts.clock.now(),
                              .what = Certificate{std::move(fingerprint)}};
  call.parts.directory.add_credential(credential);
  return described(credential);
}

json::value remove_certificate(Call& call) {
  const auto account = account_of(call);
  const auto fingerprint = crypto::certificate_fingerprint(call.names[1]);
  const auto found = call.parts.directory.find_certificate(fingerprint);
  if (!found || found->account != account.id)
    throw Error(Fault::not_found, account.name + " has no such certificate",
                "sealpost account certificate list " + account.name);
  return removed(call, *found);
}

}  // namespace server::admin
