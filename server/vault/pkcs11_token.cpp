#include "server/vault/pkcs11_token.h"

#include "base/log.h"
#include "server/vault/master_key.h"
#include "server/vault/pkcs11_objects.h"

namespace vault {
namespace {

constexpr unsigned marker_bits = 2048;
constexpr std::size_t marker_id_octets = 16;
constexpr const char* marker_label = "sealvault-probe";
// A token that is away is looked for no more often than this: it can take seconds to find nothing.
constexpr std::chrono::seconds between_openings{1};

Error not_answering(const TokenSettings& settings, const TokenError& error) {
  return {Fault::unavailable,
          "the token " + settings.label + " does not do what it is asked: " + error.what(),
          "see the log of the token's own software"};
}

}  // namespace

ObjectId prepare_token(const TokenSettings& settings) try {
  Pin pin(settings.pin_file);
  OpenToken token(settings, pin);
  Session session(token);
  auto id = random_octets(marker_id_octets);
  generate_key(session, id, marker_label, marker_bits);
  if (probed(session, id)) return id;
  destroy_keys(session, id);
  throw Error(Fault::invalid,
              "the token " + settings.label + " has neither RSA-OAEP with SHA-256 nor raw RSA",
              "allow CKM_RSA_PKCS_OAEP or CKM_RSA_X_509 for decryption in its policy");
} catch (const TokenError& error) {
  throw not_answering(settings, error);
}

std::shared_lock<std::shared_mutex> Pkcs11Token::opened() {
  std::shared_lock lock(mutex_);
  while (!is_open()) {
    lock.unlock();
    open();
    lock.lock();
  }
  return lock;
}

void Pkcs11Token::open() {
  const std::unique_lock lock(mutex_);
  if (is_open()) return;
  if (failed_ && std::chrono::steady_clock::now() < try_again_) throw Error(*failed_);
  try {
    open_now();
  } catch (const Error& error) {
    if (!failed_)
      logging::error("the token cannot be used: its keys answer 503 until it can",
                     {{"text", error.what()}, {"hint", error.hint()}});
    // Whatever it is, a PIN file that is not found for one: it is no answer about a key.
    failed_ = Error(Fault::unavailable, error.what(), error.hint());
    try_again_ = std::chrono::steady_clock::now() + between_openings;
    throw Error(*failed_);
  }
  if (failed_) logging::info("the token can be used again", {{"token", settings_.label}});
  failed_.reset();
}

void Pkcs11Token::open_now() try {
  open_.reset();  // first: a module that is in use does not look for its tokens anew
  auto fresh = std::make_unique<OpenToken>(settings_, pin_);
  std::optional<Oaep> how;
  {
    Session session(*fresh);
    how = probed(session, settings_.marker);
  }
  if (!how)
    throw Error(Fault::unavailable,
                "the token " + settings_.label +
                    " is not the one that this vault was made with, or has been emptied",
                "connect that one, or a copy of it with all its keys");
  open_ = std::move(fresh);
  oaep_ = *how;
  ++openings_;
} catch (const TokenError& error) {
  throw not_answering(settings_, error);
}

// Whoever saw another opening fail leaves the one there is alone.
void Pkcs11Token::close(unsigned long opening) {
  const std::unique_lock lock(mutex_);
  if (opening == openings_) open_.reset();
}

bool Pkcs11Token::reachable() try {
  use([&](Session& session, Oaep) { require_marker(session, marker()); });
  return true;
} catch (const Error&) {
  return false;
}

Error Pkcs11Token::failure(const TokenError& error) const {
  if (error.trouble == Trouble::forbidden)
    return {Fault::denied, "the token does not let this key be used for that"};
  return not_answering(settings_, error);
}

}  // namespace vault
