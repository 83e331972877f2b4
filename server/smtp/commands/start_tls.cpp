#include "server/smtp/commands/commands.h"

namespace server::smtp {
namespace {

// What came in the clear after STARTTLS was perhaps put there by somebody else, to be obeyed inside
// TLS (RFC 3207 6, CVE-2011-0411): the connection ends.
Reply refuse_injection(Session& session) {
  session.input().discard();
  session.end();
  return reply(421, "4.7.0", "commands came ahead of the TLS handshake");
}

}  // namespace

Task<Reply> start_tls(Session& session, std::string_view argument) {
  if (!argument.empty()) co_return reply(501, "5.5.4", "STARTTLS has no parameter");
  if (session.stream().is_tls()) co_return reply(503, "5.5.1", "TLS is already on");
  if (!session.offers_tls()) co_return reply(502, "5.5.1", "no TLS here");
  if (!session.input().empty()) co_return refuse_injection(session);

  session.say(reply(220, "2.0.0", "begin TLS"));
  co_await session.flush();
  const auto& tls = *session.backend().tls;
  try {
    co_await session.stream().start_tls(tls, session.backend().limits.handshake);
  } catch (...) {
    session.end();  // nothing can be said any more
    throw;
  }
  session.forget_greeting();
  co_return said_already;
}

}  // namespace server::smtp
