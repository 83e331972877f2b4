#include <fmt/format.h>

#include "server/smtp/commands/commands.h"

namespace server::smtp {
namespace {

// RFC 5321 4.1.1.1: one extension a line. What is listed is true for this connection, now.
std::string extensions(const Session& session) {
  const auto& limits = session.backend().limits;
  auto out = fmt::format("PIPELINING\nSIZE {}\n8BITMIME\nBINARYMIME\nCHUNKING", limits.message);
  if (session.offers_dsn()) out += "\nDSN";
  out += "\nENHANCEDSTATUSCODES";
  // RFC 9422 3.
  out += fmt::format("\nLIMITS RCPTMAX={} MAILMAX={}", limits.recipients, limits.transactions);
  if (session.stream().is_tls()) out += "\nREQUIRETLS";  // RFC 8689 2
  if (session.believes_xclient()) out += '\n' + xclient_keyword(session.mode());
  out += "\nSMTPUTF8";
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
