#include "imap/logging_in.h"

#include "base/log.h"

namespace imap {

namespace {

Reply refused(Session& session, const sasl::Refusal& refusal) {
  using Kind = sasl::Refusal::Kind;
  if (refusal.kind == Kind::malformed) throw BadSyntax(std::string(refusal.text));
  logging::info("imap.login", {{"outcome", "refused"}, {"peer", session.peer()}});
  if (refusal.kind == Kind::other_identity)
    return no("[AUTHORIZATIONFAILED] " + std::string(refusal.text));
  session.login_failed();
  if (refusal.kind == Kind::unfit) return no("[AUTHENTICATIONFAILED] " + std::string(refusal.text));
  // Wrong or unknown, the same words.
  return no("[AUTHENTICATIONFAILED] The name or the password is wrong");
}

}  // namespace

sasl::Channel channel_of(const Session& session) {
  auto channel = sasl::channel_of(session.stream(), session.backend().login);
  channel.is_private = session.may_log_in_here();
  return channel;
}

policy::Visitor visitor_of(const Session& session) {
  return {session.peer(), policy::Service::imap};
}

std::optional<Reply> refusal_without_privacy(const Session& session) {
  if (session.may_log_in_here()) return std::nullopt;
  return no("[PRIVACYREQUIRED] Passwords are taken over TLS only: use STARTTLS or the TLS port");
}

Task<Reply> replied(Session& session, sasl::Step step, std::string_view done) {
  if (const auto* refusal = std::get_if<sasl::Refusal>(&step)) co_return refused(session, *refusal);
  auto admission = std::move(std::get<policy::Admission>(step));
  const auto by = policy::name_of(admission.by);
  const auto account = admission.account.id.value;
  co_await session.log_in(std::move(admission));
  logging::info("imap.login",
                {{"outcome", "ok"}, {"peer", session.peer()}, {"account", account}, {"by", by}});
  co_return ok("[CAPABILITY " + session.capabilities() + "] " + std::string(done));
}

}  // namespace imap
