// Logins that others vouch for: who signed a client's certificate, and the OpenID provider. Nobody
// guesses a signature: only who is refused waits.

#include "policy/access_tokens.h"
#include "policy/account_name.h"
#include "policy/login_implementation.h"

namespace policy {

namespace {

// The account that the certificate is registered for, and by which entry.
std::optional<Admission> registered(storage::Directory& directory, ByteView fingerprint) {
  const auto entry = directory.find_certificate(fingerprint);
  if (!entry) return std::nullopt;
  return Admission{.account = directory.account(entry->account),
                   .by = Admission::By::certificate,
                   .credential = entry->id};
}

}  // namespace

std::optional<Admission> Login::check_certificate(const crypto::PeerCertificate& certificate,
                                                  std::string_view as, const Visitor& visitor) {
  auto& self = *implementation_;
  const auto wanted = lower_case(as.substr(0, address_limit + 1));
  const auto from = without_port(visitor.peer);
  const auto changes = self.directory.changes();
  std::vector<Admission> found;
  if (auto one = registered(self.directory, certificate.fingerprint)) {
    found.push_back(std::move(*one));
  } else {
    for (const auto& address : certificate.addresses)
      if (auto named = self.found(lower_case(address), Implementation::Credentials::leave);
          named.account)
        found.push_back({.account = *named.account, .by = Admission::By::certificate});
  }
  std::erase_if(found, [&](const Admission& each) {
    return !each.account.enabled || (!wanted.empty() && each.account.name != wanted);
  });
  if (found.size() != 1) {
    self.guesses.wait(from, wanted);
    self.guesses.failed(from, wanted);
    return std::nullopt;
  }
  found[0].changes = changes;
  if (found[0].credential != 0)
    for (const auto& each : self.directory.credentials(found[0].account.id))
      if (each.id == found[0].credential) self.note_use(each);
  return found[0];
}

bool Login::takes_tokens() const { return implementation_->tokens != nullptr; }

std::variant<TokenRefusal, Admission> Login::check_token(std::string_view token,
                                                         std::string_view as,
                                                         const Visitor& visitor) {
  auto& self = *implementation_;
  if (!self.tokens) throw Error(Fault::unavailable, "no tokens are taken here");
  const auto wanted = lower_case(as.substr(0, address_limit + 1));
  const auto verdict = self.tokens->check(token);
  const auto login = lower_case(verdict.account);
  const auto found = self.found(login, Implementation::Credentials::leave);
  if (verdict.fault == TokenFault::none && found.is_enabled() &&
      (wanted.empty() || wanted == login))
    return Admission{
        .account = *found.account, .by = Admission::By::token, .changes = found.changes};
  const auto from = without_port(visitor.peer);
  self.guesses.wait(from, wanted);
  self.guesses.failed(from, wanted);
  return TokenRefusal{self.tokens->refusal(verdict.fault)};
}

}  // namespace policy
