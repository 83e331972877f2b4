// AUTH (RFC 4954); the mechanisms: imap/sasl/.

#include <optional>

#include "base/bytes.h"
#include "base/log.h"
#include "imap/sasl/mechanism.h"
#include "server/smtp/commands/commands.h"

namespace server::smtp {
namespace {

namespace sasl = imap::sasl;

[[noreturn]] void refuse(int code, std::string_view status, std::string_view text) {
  throw BadCommand(reply(code, status, text));
}

sasl::Message message_in(std::string& line) {
  if (line == "*") refuse(501, "5.7.0", "cancelled");
  auto message = sasl::decoded(line);
  if (!message) refuse(501, "5.5.2", "not base64");
  return std::move(*message);
}

// The initial response, where the command line had one ("=" is an empty one).
std::optional<sasl::Message> initial_response(std::string_view text) {
  if (text.empty()) return std::nullopt;
  if (text == "=") return sasl::Message();
  std::string line(text);
  return message_in(line);
}

void check_allowed(const Session& session) {
  if (session.account()) refuse(503, "5.5.1", "already authenticated");
  if (session.transaction()) refuse(503, "5.5.1", "not within a mail transaction");
}

void check_offered(const Session& session, const sasl::Mechanism* mechanism,
                   const sasl::Channel& channel) {
  if (mechanism != nullptr && mechanism->is_offered(channel)) return;
  if (!session.may_log_in_here()) refuse(538, "5.7.11", "use STARTTLS first");
  refuse(504, "5.5.4", "the mechanisms here are" + sasl::offered(channel, " "));
}

// What the house cannot say now is no word about the password.
template <class Work>
Task<sasl::Step> step_of(Session& session, Work work) {
  try {
    co_return co_await session.blocking(work);
  } catch (const Error& error) {
    logging::warning("smtp_login_not_checked", {{"reason", error.what()}});
    refuse(454, "4.7.0", "cannot be checked now, try again later");
  }
}

Reply refused(Session& session, const sasl::Refusal& refusal) {
  using Kind = sasl::Refusal::Kind;
  if (refusal.kind == Kind::malformed) return reply(501, "5.5.2", refusal.text);
  if (refusal.kind == Kind::other_identity) return reply(535, "5.7.8", refusal.text);
  const auto counted = session.login_failed();
  if (refusal.kind == Kind::wrong || counted.code != 535) return counted;
  return reply(535, "5.7.8", refusal.text);
}

Task<Reply> admitted(Session& session, policy::Admission admission) {
  const auto by = policy::name_of(admission.by);
  const auto account = admission.account.id.value;
  const bool logged_in = co_await session.log_in(std::move(admission));
  if (!logged_in) co_return reply(454, "4.7.0", "too many connections of this user");
  logging::info("smtp_login", {{"server", session.mode().name},
                               {"peer", session.peer()},
                               {"account", account},
                               {"by", by}});
  co_return reply(235, "2.7.0", "authenticated");
}

}  // namespace

sasl::Channel channel_of(const Session& session) {
  auto channel = sasl::channel_of(session.stream(), session.backend().login);
  channel.is_private = session.may_log_in_here();
  return channel;
}

Task<Reply> auth(Session& session, std::string_view argument) {
  check_allowed(session);
  const auto blank = std::min(argument.find(' '), argument.size());
  const auto* mechanism = sasl::find_mechanism(split_command(argument.substr(0, blank)).verb);
  const auto channel = channel_of(session);
  check_offered(session, mechanism, channel);
  const auto initial =
      initial_response(blank < argument.size() ? argument.substr(blank + 1) : std::string_view());

  sasl::LoginVerifier verifier(session.backend().login, {session.peer(), policy::Service::smtp});
  const auto exchange = mechanism->make(channel, verifier);
  const auto begin = [&] { return exchange->begin(initial); };
  auto step = co_await step_of(session, begin);
  while (const auto* challenge = std::get_if<sasl::Challenge>(&step)) {
    session.say(reply(334, "", to_base64(bytes_of(challenge->octets))));
    co_await session.flush();
    auto line = co_await session.input().line(session.backend().limits.auth_line);
    const auto message = message_in(line);
    const auto answer = [&] { return exchange->answer(message); };
    step = co_await step_of(session, answer);
  }
  if (const auto* refusal = std::get_if<sasl::Refusal>(&step)) co_return refused(session, *refusal);
  auto last = co_await admitted(session, std::move(std::get<policy::Admission>(step)));
  co_return last;
}

}  // namespace server::smtp
