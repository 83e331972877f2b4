// SASL PLAIN (RFC 4616) and LOGIN (as old clients still speak it) over AUTH (RFC 4954).

#include <optional>

#include "base/bytes.h"
#include "base/log.h"
#include "crypto/locked_memory.h"
#include "server/smtp/commands/commands.h"

namespace server::smtp {
namespace {

struct Secret {
  std::string text;
  Secret() = default;
  explicit Secret(std::string value) : text(std::move(value)) {}
  Secret(Secret&&) = default;
  Secret& operator=(Secret&&) = default;
  ~Secret() { crypto::wipe(text.data(), text.size()); }
};

struct Credentials {
  Secret name, password;
};

[[noreturn]] void refuse(int code, std::string_view status, std::string_view text) {
  throw BadCommand(reply(code, status, text));
}

Secret decoded(std::string_view base64) {
  try {
    return Secret(from_base64(base64));
  } catch (const Error&) {
    refuse(501, "5.5.2", "not base64");
  }
}

// A challenge and the client's answer to it; "*" cancels.
Task<Secret> asked(Session& session, std::string_view challenge) {
  session.say(reply(334, "", to_base64(bytes_of(challenge))));
  co_await session.flush();
  Secret line;
  line.text = co_await session.input().line(session.backend().limits.auth_line);
  if (line.text == "*") refuse(501, "5.7.0", "cancelled");
  co_return decoded(line.text);
}

// The initial response, where the command line had one ("=" is an empty one).
Task<Secret> first_response(Session& session, std::string_view initial,
                            std::string_view challenge) {
  if (initial.empty()) co_return co_await asked(session, challenge);
  if (initial == "=") co_return Secret();
  co_return decoded(initial);
}

// [authzid] NUL authcid NUL password. Nobody acts for somebody else here.
Credentials split_plain(const std::string& message) {
  const auto first = message.find('\0');
  const auto second = first == message.npos ? first : message.find('\0', first + 1);
  if (second == message.npos || message.find('\0', second + 1) != message.npos)
    refuse(501, "5.5.2", "not a PLAIN message");
  Credentials out;
  out.name.text = message.substr(first + 1, second - first - 1);
  out.password.text = message.substr(second + 1);
  if (first > 0 && message.compare(0, first, out.name.text) != 0)
    refuse(535, "5.7.8", "acting for another user is not offered");
  return out;
}

Task<Credentials> plain(Session& session, std::string_view initial) {
  const auto message = co_await first_response(session, initial, "");
  co_return split_plain(message.text);
}

Task<Credentials> login(Session& session, std::string_view initial) {
  Credentials out;
  out.name = co_await first_response(session, initial, "Username:");
  out.password = co_await asked(session, "Password:");
  co_return out;
}

void check_allowed(const Session& session) {
  if (session.account()) refuse(503, "5.5.1", "already authenticated");
  if (session.transaction()) refuse(503, "5.5.1", "not within a mail transaction");
  if (!session.may_log_in_here()) refuse(538, "5.7.11", "use STARTTLS first");
}

Task<std::optional<storage::Account>> checked(Session& session, const Credentials& credentials) {
  auto& policy = session.backend().login;
  const auto peer = session.stream().peer();
  try {
    co_return co_await session.blocking(
        [&] { return policy.check(credentials.name.text, credentials.password.text, peer); });
  } catch (const Error& error) {
    logging::warning("smtp_login_not_checked", {{"reason", error.what()}});
    refuse(454, "4.7.0", "cannot be checked now, try again later");
  }
}

}  // namespace

Task<Reply> auth(Session& session, std::string_view argument) {
  check_allowed(session);
  const auto blank = std::min(argument.find(' '), argument.size());
  const auto mechanism = split_command(argument.substr(0, blank)).verb;
  const auto initial = blank < argument.size() ? argument.substr(blank + 1) : "";

  Credentials credentials;
  if (mechanism == "PLAIN")
    credentials = co_await plain(session, initial);
  else if (mechanism == "LOGIN")
    credentials = co_await login(session, initial);
  else
    co_return reply(504, "5.5.4", "the mechanisms are PLAIN and LOGIN");

  auto account = co_await checked(session, credentials);
  if (!account) co_return session.login_failed();
  if (!session.log_in(*account)) co_return reply(454, "4.7.0", "too many connections of this user");
  co_return reply(235, "2.7.0", "authenticated");
}

}  // namespace server::smtp
