#include "imap/credentials.h"

#include "base/log.h"
#include "crypto/locked_memory.h"

namespace imap {

namespace {

constexpr std::size_t name_limit = 320;       // octets, RFC 5321: 64 + "@" + 255
constexpr std::size_t password_limit = 1024;  // octets

void log_outcome(const Session& session, std::string_view outcome) {
  logging::info("imap.login", {{"outcome", outcome}, {"peer", session.peer()}});
}

// Wrong or unknown, the same words.
Reply refused(Session& session) {
  log_outcome(session, "refused");
  session.login_failed();
  return no("[AUTHENTICATIONFAILED] The name or the password is wrong");
}

}  // namespace

Credentials::~Credentials() {
  crypto::wipe(name.data(), name.size());
  crypto::wipe(password.data(), password.size());
}

std::optional<Credentials> credentials_of_plain(std::string_view message) {
  const auto first = message.find('\0');
  const auto second = message.find('\0', first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos ||
      message.find('\0', second + 1) != std::string_view::npos)
    throw BadSyntax("a PLAIN response has two NUL octets");
  const auto authorized = message.substr(0, first);
  const auto name = message.substr(first + 1, second - first - 1);
  if (!authorized.empty() && authorized != name) return std::nullopt;
  return Credentials(std::string(name), std::string(message.substr(second + 1)));
}

std::optional<Reply> refusal_without_privacy(const Session& session) {
  if (session.may_log_in_here()) return std::nullopt;
  return no("[PRIVACYREQUIRED] Passwords are taken over TLS only: use STARTTLS or the TLS port");
}

Task<Reply> log_in(Session& session, const Credentials& credentials, std::string_view done) {
  if (credentials.name.size() > name_limit || credentials.password.size() > password_limit)
    co_return refused(session);
  auto& login = session.backend().login;
  const auto check = [&] {
    return login.check(credentials.name, credentials.password, session.peer());
  };
  const auto account = co_await session.blocking(check);
  if (!account) co_return refused(session);
  co_await session.log_in(*account);
  log_outcome(session, "ok");
  co_return ok("[CAPABILITY " + session.capabilities() + "] " + std::string(done));
}

}  // namespace imap
