#pragma once
// A name and a password from LOGIN or a SASL exchange, and what comes of them.

#include <string>
#include <string_view>

#include "imap/session.h"

namespace imap {

// Both are overwritten when it goes.
struct Credentials {
  std::string name, password;

  Credentials() = default;
  Credentials(std::string login_name, std::string secret)
      : name(std::move(login_name)), password(std::move(secret)) {}
  Credentials(Credentials&&) noexcept = default;
  ~Credentials();
};

// RFC 4616: [authzid] NUL authcid NUL passwd. Throws BadSyntax; none when it asks to act as
// somebody else.
std::optional<Credentials> credentials_of_plain(std::string_view message);

// The tagged reply, with the session logged in or not. `done` is "LOGIN completed".
Task<Reply> log_in(Session&, const Credentials&, std::string_view done);

// Where passwords would travel in clear (LOGINDISABLED): RFC 5530 PRIVACYREQUIRED.
std::optional<Reply> refusal_without_privacy(const Session&);

}  // namespace imap
