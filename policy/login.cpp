#include "policy/login.h"

#include <thread>

#include "base/log.h"
#include "crypto/constant_time.h"
#include "crypto/keyed_hash.h"
#include "policy/account_name.h"
#include "policy/app_password.h"
#include "policy/login_implementation.h"

namespace policy {

namespace {

constexpr std::size_t password_limit = 1024;
constexpr std::size_t remembered_limit = 100'000;
constexpr UnixTime hour = 3600;

// The app password that begins like what was typed, or else the account's own: one is checked, so
// that each try costs one argon2.
Candidate candidate(const Found& found, std::string_view& password,
                    const std::optional<crypto::SecretText>& as_app_password) {
  if (as_app_password) {
    const auto selector = selector_of(*as_app_password);
    for (const auto& each : found.credentials)
      if (const auto* app = std::get_if<storage::AppPassword>(&each.what);
          app && app->selector == selector) {
        password = *as_app_password;
        return {&app->secret, &each};
      }
  }
  return {&found.account->password};
}

bool is_right(const Found& found, const Candidate& candidate, std::string_view password,
              const Visitor& visitor) {
  return crypto::password_matches(password, *candidate.stored) && found.is_enabled() &&
         candidate.serves(visitor.service);
}

}  // namespace

bool Candidate::serves(Service service) const {
  if (!app) return true;
  const auto scope = std::get<storage::AppPassword>(app->what).scope;
  return scope == storage::Scope::all ||
         scope == (service == Service::imap ? storage::Scope::imap : storage::Scope::smtp);
}

Found Login::Implementation::found(std::string_view login, Credentials wanted) {
  Found out;
  out.changes = directory.changes();
  if (login.size() <= address_limit) out.account = directory.find_by_address(login);
  if (out.account && out.account->name != login) out.account.reset();
  if (out.account && wanted == Credentials::read)
    out.credentials = directory.credentials(out.account->id);
  return out;
}

Admission Login::Implementation::admission(const Found& found, const Candidate& candidate) {
  if (candidate.app) note_use(*candidate.app);
  return {.account = *found.account,
          .by = candidate.app ? Admission::By::app_password : Admission::By::password,
          .credential = candidate.credential(),
          .changes = found.changes};
}

// Once an hour at most: it is written to disk.
void Login::Implementation::note_use(const storage::Credential& credential) try {
  const auto now = clock.now() / hour * hour;
  if (credential.last_use < now) directory.note_use(credential.id, now);
} catch (const Error& error) {
  logging::warning("login.use_not_noted", {{"reason", error.what()}});
}

// The stored hash is in it, so that a changed password is not remembered.
Bytes Login::Implementation::digest(const Found& found, const Candidate& candidate,
                                    std::string_view password) const {
  crypto::SecretBytes value;
  for (const std::string_view part : {std::string_view(found.account->name),
                                      std::string_view(candidate.stored->hash), password}) {
    value.insert(value.end(), part.begin(), part.end());
    value.push_back(0);
  }
  return crypto::KeyedHash::of(process_key, "login", text_of(value));
}

bool Login::Implementation::is_remembered(const Found& found, const Candidate& candidate,
                                          std::string_view password) {
  const auto now = digest(found, candidate, password);
  const std::lock_guard lock(mutex);
  const auto entry = remembered.find({found.account->id, candidate.credential()});
  return entry != remembered.end() && crypto::same_octets(entry->second, now);
}

void Login::Implementation::remember(const Found& found, const Candidate& candidate,
                                     std::string_view password) {
  auto now = digest(found, candidate, password);
  const std::lock_guard lock(mutex);
  if (remembered.size() >= remembered_limit) remembered.clear();
  remembered.insert_or_assign({found.account->id, candidate.credential()}, std::move(now));
}

// For an account from before SCRAM: now its password is at hand.
void Login::Implementation::add_scram(const Found& found, const Candidate& candidate,
                                      std::string_view password) {
  if (candidate.app || candidate.stored->scram) return;
  const auto salt = directory.scram_salt(found.account->name);
  directory.add_scram(found.account->id, *candidate.stored,
                      crypto::scram_verifier_of(password, salt));
}

Login::Login(storage::Directory& directory, const Clock& steady)
    : Login(directory, steady,
            [](std::chrono::milliseconds time) { std::this_thread::sleep_for(time); }) {}

Login::Login(storage::Directory& directory, const Clock& steady, Sleep sleep)
    : Login(directory, steady, std::move(sleep), nullptr) {}

Login::Login(storage::Directory& directory, const Clock& steady, Sleep sleep, AccessTokens* tokens)
    : implementation_(
          std::make_unique<Implementation>(directory, steady, std::move(sleep), tokens)) {}

Login::~Login() = default;

LoginWatch& Login::watch() { return implementation_->watch; }

std::optional<Admission> Login::check(std::string_view name, std::string_view password,
                                      const Visitor& visitor) {
  auto& self = *implementation_;
  if (name.size() > address_limit || password.size() > password_limit) {
    crypto::no_such_user(password.substr(0, password_limit));
    return std::nullopt;
  }
  const auto login = lower_case(name);
  const auto from = without_port(visitor.peer);
  const auto as_app_password = app_password_in(password);
  using enum Implementation::Credentials;
  const auto found = self.found(login, as_app_password ? read : leave);
  std::optional<Candidate> tried;
  if (found.account) tried = candidate(found, password, as_app_password);
  if (tried && found.is_enabled() && tried->serves(visitor.service) &&
      self.is_remembered(found, *tried, password))
    return self.admission(found, *tried);

  self.guesses.wait(from, login);
  const bool right =
      tried ? is_right(found, *tried, password, visitor) : crypto::no_such_user(password);
  if (!right) {
    self.guesses.failed(from, login);
    return std::nullopt;
  }
  self.guesses.succeeded(from, login);
  self.remember(found, *tried, password);
  self.add_scram(found, *tried, password);
  return self.admission(found, *tried);
}

}  // namespace policy
