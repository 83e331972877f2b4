// A front end names the client that it speaks for (Postfix, XCLIENT_README).

#include "server/smtp/xclient.h"

#include "base/log.h"
#include "server/smtp/commands/commands.h"

namespace server::smtp {
namespace {

// The account that the front end has authenticated. An alias is no login.
Task<policy::Admission> vouched(Session& session, const std::string& login) {
  const auto& recipients = session.backend().delivery.recipients();
  const auto changes = recipients.changes();
  const auto found = co_await session.blocking([&] { return recipients.find(login); });
  if (!found.account || found.account->name != login || !found.account->enabled)
    throw BadCommand(reply(550, "5.7.1", "no account that could log in"));
  policy::Admission admission{
      .account = *found.account, .by = policy::Admission::By::front_end, .changes = changes};
  co_return admission;
}

}  // namespace

Task<Reply> xclient(Session& session, std::string_view argument) {
  if (!session.believes_xclient()) co_return reply(550, "5.7.0", "not from your address");
  if (session.transaction()) co_return reply(503, "5.5.1", "not within a mail transaction");
  auto client = parse_xclient(argument, session.mode(), session.client());
  std::optional<policy::Admission> admission;
  if (!client.login.empty()) admission = co_await vouched(session, client.login);
  session.begin_anew(std::move(client));
  if (admission) {
    const bool logged_in = co_await session.log_in(std::move(*admission));
    if (!logged_in) {
      session.end();
      co_return reply(421, "4.7.0", "too many connections of this user");
    }
  }
  logging::info("smtp_client_named", {{"server", session.mode().name}, {"peer", session.peer()}});
  co_return session.greeting_line();
}

}  // namespace server::smtp
