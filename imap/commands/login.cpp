#include "imap/commands/commands.h"
#include "imap/credentials.h"

namespace imap::commands {

Task<Reply> login(Session& session, Request& request) {
  request.space();
  auto name = request.astring();
  request.space();
  auto password = request.astring();
  request.end();
  const Credentials credentials(std::move(name), std::move(password));
  request.forget();
  if (auto refusal = refusal_without_privacy(session)) co_return std::move(*refusal);
  auto reply = co_await log_in(session, credentials, "LOGIN completed");
  co_return reply;
}

}  // namespace imap::commands
