#include "server/smtp/commands/commands.h"

namespace server::smtp {
namespace {

// RFC 5321 4.1.1.1: one extension a line. What is listed is true for this connection, now.
std::string extensions(const Session& session) {
  const auto& limits = session.backend().limits;
  std::string out = "PIPELINING\nSIZE " + std::to_string(limits.message) +
                    "\n8BITMIME\nENHANCEDSTATUSCODES\nSMTPUTF8";
  if (session.offers_tls()) out += "\nSTARTTLS";
  if (session.mode().authentication == Authentication::required)
    if (const auto mechanisms = imap::sasl::offered(channel_of(session), " "); !mechanisms.empty())
      out += "\nAUTH" + mechanisms;
  return out;
}

}  // namespace

Task<Reply> ehlo(Session& session, std::string_view argument) {
  session.greet(Session::Greeting::extended, parse_hello(argument));
  co_return reply(250, "", session.backend().delivery.host_name() + '\n' + extensions(session));
}

Task<Reply> helo(Session& session, std::string_view argument) {
  session.greet(Session::Greeting::plain, parse_hello(argument));
  co_return reply(250, "", session.backend().delivery.host_name());
}

}  // namespace server::smtp
