// SCRAM-SHA-256 (RFC 5802, RFC 7677). All verifiers of an account have one salt, which is a keyed
// hash of its name, so that an app password proves itself as the password does, and a name that
// nobody has gets a salt like any other (RFC 5802 section 5.1: nobody learns who is there).

#include "policy/account_name.h"
#include "policy/login_implementation.h"

namespace policy {

namespace {

std::vector<Candidate> candidates(const Found& found) {
  std::vector<Candidate> all;
  if (!found.account) return all;
  if (found.account->password.scram) all.push_back({&found.account->password});
  for (const auto& each : found.credentials)
    if (const auto* app = std::get_if<storage::AppPassword>(&each.what); app && app->secret.scram)
      all.push_back({&app->secret, &each});
  return all;
}

// Proves nothing to anybody.
crypto::ScramVerifier nobody(const ScramOffer& offer) {
  return {.iterations = offer.iterations,
          .salt = offer.salt,
          .stored_key = crypto::random_bytes(crypto::scram_key_size),
          .server_key = crypto::random_bytes(crypto::scram_key_size)};
}

bool fits(const crypto::ScramVerifier& verifier, const ScramOffer& offer) {
  return verifier.salt == offer.salt && verifier.iterations == offer.iterations;
}

}  // namespace

ScramOffer Login::scram(std::string_view name) {
  const auto login = lower_case(name);
  const auto found = implementation_->found(login, Implementation::Credentials::read);
  const auto all = candidates(found);
  if (!all.empty()) return {all[0].stored->scram->salt, all[0].stored->scram->iterations};
  return {implementation_->directory.scram_salt(login), crypto::scram_iterations};
}

std::optional<ScramAdmission> Login::check_proof(std::string_view name, const ScramOffer& offer,
                                                 std::string_view auth_message, ByteView proof,
                                                 const Visitor& visitor) {
  auto& self = *implementation_;
  const auto login = lower_case(name);
  const auto from = without_port(visitor.peer);
  self.guesses.wait(from, login);
  const auto found = self.found(login, Implementation::Credentials::read);
  std::optional<Candidate> right;
  const auto all = candidates(found);
  for (const auto& each : all)
    if (fits(*each.stored->scram, offer) &&
        crypto::proof_holds(*each.stored->scram, auth_message, proof))
      right = each;
  if (all.empty()) crypto::proof_holds(nobody(offer), auth_message, proof);
  if (!right || !found.is_enabled() || !right->serves(visitor.service)) {
    self.guesses.failed(from, login);
    return std::nullopt;
  }
  self.guesses.succeeded(from, login);
  return ScramAdmission{self.admission(found, *right),
                        crypto::server_signature(*right->stored->scram, auth_message)};
}

}  // namespace policy
