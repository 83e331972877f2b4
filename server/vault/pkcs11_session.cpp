#include "server/vault/pkcs11_session.h"

#include <exception>

#include "base/error.h"
#include "server/vault/pkcs11_error.h"
#include "server/vault/pkcs11_objects.h"

namespace vault {
namespace {

Error not_logged_in(const TokenSettings& settings, const std::string& why) {
  return {Fault::unavailable, "cannot log in to the token " + settings.label + ": " + why,
          "put the user's PIN into " + settings.pin_file.string() +
              "; this one is not tried again, because tokens lock"};
}

}  // namespace

Secret Pin::read() const {
  auto pin = read_secret_file(file_);
  if (pin.size() == refused_.size() && CRYPTO_memcmp(pin.data(), refused_.data(), pin.size()) == 0)
    throw Error(Fault::unavailable, "the token has refused the PIN in " + file_.string(),
                "put the right one there; this one is not tried again, because tokens lock");
  return pin;
}

OpenToken::OpenToken(const TokenSettings& settings, Pin& pin) : module_(settings.module) {
  const auto found = module_.find(settings.label);
  slot_ = found.slot;
  first_ = new_session();
  if (found.flags & CKF_LOGIN_REQUIRED) log_in(settings, pin, found.flags);
}

OpenToken::~OpenToken() {
  if (!is_of_this_process()) return;
  for (const auto session : idle_) module_->C_CloseSession(session);
  module_->C_CloseSession(first_);
}

// A token that would lock at the next wrong PIN is left to somebody who types it.
void OpenToken::log_in(const TokenSettings& settings, Pin& pin, CK_FLAGS flags) {
  if (flags & CKF_USER_PIN_LOCKED) throw not_logged_in(settings, "its PIN is locked");
  if (flags & CKF_USER_PIN_FINAL_TRY)
    throw Error(Fault::unavailable, "the token " + settings.label + " locks at one more wrong PIN",
                "log in once with its own tool: pkcs11-tool --module " + settings.module.string() +
                    " --token-label " + settings.label + " --login");
  auto secret = pin.read();
  const auto code = module_->C_Login(first_, CKU_USER, secret.data(), secret.size());
  if (code == CKR_OK || code == CKR_USER_ALREADY_LOGGED_IN) return;
  const TokenError error(code, "C_Login");
  if (error.trouble != Trouble::login) throw error;
  pin.refused(std::move(secret));
  throw not_logged_in(settings, error.what());
}

CK_SESSION_HANDLE OpenToken::take() {
  const std::lock_guard lock(mutex_);
  if (idle_.empty()) return new_session();
  const auto session = idle_.back();
  idle_.pop_back();
  return session;
}

CK_SESSION_HANDLE OpenToken::new_session() {
  CK_SESSION_HANDLE session;
  check(module_->C_OpenSession(slot_, CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr,
                               &session),
        "C_OpenSession");
  return session;
}

void OpenToken::give_back(CK_SESSION_HANDLE session) {
  const std::lock_guard lock(mutex_);
  idle_.push_back(session);
}

Session::Session(OpenToken& token)
    : token_(token), handle_(token.take()), exceptions_(std::uncaught_exceptions()) {}

Session::~Session() {
  if (std::uncaught_exceptions() == exceptions_)
    token_.give_back(handle_);
  else
    token_.module_->C_CloseSession(handle_);
}

std::optional<CK_OBJECT_HANDLE> Session::find_key(const ObjectId& id) {
  {
    const std::lock_guard lock(token_.mutex_);
    const auto known = token_.keys_.find(id);
    if (known != token_.keys_.end()) return known->second;
  }
  const auto found = private_keys(*this, id);
  if (found.empty()) return std::nullopt;
  const std::lock_guard lock(token_.mutex_);
  token_.keys_[id] = found.front();
  return found.front();
}

void Session::forget(const ObjectId& id) {
  const std::lock_guard lock(token_.mutex_);
  token_.keys_.erase(id);
}

}  // namespace vault
