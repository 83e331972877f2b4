// RFC 3501 6.2.2 with PLAIN (RFC 4616) and LOGIN, and initial responses (RFC 4959).

#include "base/bytes.h"
#include "imap/commands/commands.h"
#include "imap/credentials.h"

namespace imap::commands {

namespace {

std::string decoded(std::string_view response) {
  if (response == "*") throw BadSyntax("AUTHENTICATE cancelled");
  try {
    return from_base64(response);
  } catch (const Error&) {
    throw BadSyntax("the response is not base64");
  }
}

// The client's first words: with the command, or asked for.
Task<std::string> first_response(Session& session, const std::optional<std::string>& initial,
                                 std::string_view prompt) {
  if (initial && *initial == "=") co_return "";
  if (initial) co_return decoded(*initial);
  const auto line = co_await session.ask(prompt);
  co_return decoded(line);
}

Task<std::optional<Credentials>> plain(Session& session,
                                       const std::optional<std::string>& initial) {
  const auto message = co_await first_response(session, initial, "");
  co_return credentials_of_plain(message);
}

Task<std::optional<Credentials>> login_names(Session& session,
                                             const std::optional<std::string>& initial) {
  auto name = co_await first_response(session, initial, "VXNlcm5hbWU6");  // "Username:"
  const auto line = co_await session.ask("UGFzc3dvcmQ6");                 // "Password:"
  co_return Credentials(std::move(name), decoded(line));
}

}  // namespace

Task<Reply> authenticate(Session& session, Request& request) {
  request.space();
  const auto mechanism = upper_ascii(request.atom());
  std::optional<std::string> initial;
  if (request.try_space() && !request.at_end()) {
    initial = request.rest();
    while (initial->ends_with(' ')) initial->pop_back();
    request.forget();
  }
  if (mechanism != "PLAIN" && mechanism != "LOGIN")
    co_return no("[CANNOT] PLAIN and LOGIN are there");
  if (auto refusal = refusal_without_privacy(session)) co_return std::move(*refusal);
  const auto exchange = mechanism == "PLAIN" ? plain : login_names;
  const auto credentials = co_await exchange(session, initial);
  if (!credentials) co_return no("[AUTHORIZATIONFAILED] Nobody acts for somebody else here");
  auto reply = co_await log_in(session, *credentials, "AUTHENTICATE completed");
  co_return reply;
}

}  // namespace imap::commands
