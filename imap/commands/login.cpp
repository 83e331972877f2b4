#include "crypto/secret_text.h"
#include "imap/commands/commands.h"
#include "imap/logging_in.h"

namespace imap::commands {

// RFC 9051 6.2.3: checked as PLAIN is.
Task<Reply> login(Session& session, Request& request) {
  request.space();
  const auto name = request.astring();
  request.space();
  auto typed = request.astring();
  const auto password = crypto::taken_secret(typed);
  request.end();
  request.forget();
  if (auto refusal = refusal_without_privacy(session)) co_return std::move(*refusal);
  const auto check = [&]() -> sasl::Step {
    auto admission = session.backend().login.check(name, password, visitor_of(session));
    if (!admission) return sasl::wrong();
    return std::move(*admission);
  };
  auto step = co_await session.blocking(check);
  auto reply = co_await replied(session, std::move(step), "LOGIN completed");
  co_return reply;
}

}  // namespace imap::commands
