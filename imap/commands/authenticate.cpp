// AUTHENTICATE (RFC 3501 6.2.2), with initial responses (RFC 4959); the mechanisms: imap/sasl/.

#include "imap/commands/commands.h"
#include "imap/logging_in.h"

namespace imap::commands {

namespace {

sasl::Message message_in(std::string& line) {
  if (line == "*") throw BadSyntax("AUTHENTICATE cancelled");
  auto message = sasl::decoded(line);
  if (!message) throw BadSyntax("the response is not base64");
  return std::move(*message);
}

std::optional<sasl::Message> initial_response(Request& request) {
  if (!request.try_space() || request.at_end()) return std::nullopt;
  std::string text(request.rest());
  request.forget();
  while (text.ends_with(' ')) text.pop_back();
  if (text == "=") return sasl::Message();
  return message_in(text);
}

Reply not_offered(const Session& session, const sasl::Channel& channel) {
  if (auto refusal = refusal_without_privacy(session)) return std::move(*refusal);
  return no("[CANNOT] The mechanisms here are" + sasl::offered(channel, " "));
}

}  // namespace

Task<Reply> authenticate(Session& session, Request& request) {
  request.space();
  const auto* mechanism = sasl::find_mechanism(upper_ascii(request.atom()));
  const auto initial = initial_response(request);
  const auto channel = channel_of(session);
  if (mechanism == nullptr || !mechanism->is_offered(channel))
    co_return not_offered(session, channel);
  sasl::LoginVerifier verifier(session.backend().login, visitor_of(session));
  const auto exchange = mechanism->make(channel, verifier);
  const auto begin = [&] { return exchange->begin(initial); };
  auto step = co_await session.blocking(begin);
  while (const auto* challenge = std::get_if<sasl::Challenge>(&step)) {
    auto line = co_await session.ask(to_base64(bytes_of(challenge->octets)));
    const auto message = message_in(line);
    const auto answer = [&] { return exchange->answer(message); };
    step = co_await session.blocking(answer);
  }
  auto reply = co_await replied(session, std::move(step), "AUTHENTICATE completed");
  co_return reply;
}

}  // namespace imap::commands
