#include "server/smtp/command_table.h"

#include "server/smtp/commands/commands.h"

namespace server::smtp {
namespace {

constexpr Command commands[] = {
    {"AUTH", Needs::greeting, auth},          // RFC 4954 4
    {"BDAT", Needs::nothing, bdat},           // RFC 3030 2; looks itself, since a chunk follows
    {"DATA", Needs::login, data},             // RFC 5321 4.1.1.4
    {"EHLO", Needs::nothing, ehlo},           // 4.1.1.1
    {"HELO", Needs::nothing, helo},           // 4.1.1.1
    {"HELP", Needs::nothing, help},           // 4.1.1.8
    {"LHLO", Needs::nothing, ehlo},           // RFC 2033 4.1
    {"MAIL", Needs::login, mail},             // RFC 5321 4.1.1.2
    {"NOOP", Needs::nothing, noop},           // 4.1.1.9
    {"QUIT", Needs::nothing, quit},           // 4.1.1.10
    {"RCPT", Needs::login, rcpt},             // 4.1.1.3
    {"RSET", Needs::nothing, rset},           // 4.1.1.5
    {"STARTTLS", Needs::nothing, start_tls},  // RFC 3207 4
    {"VRFY", Needs::greeting, vrfy},          // RFC 5321 4.1.1.6
    {"XCLIENT", Needs::nothing, xclient},     // Postfix, XCLIENT_README
};

// RFC 2033 4.1: no HELO, no EHLO; RFC 5321 knows no LHLO. AUTH is for submission alone.
bool in_mode(const Mode& mode, std::string_view verb) {
  if (verb == "EHLO" || verb == "LHLO") return verb == mode.hello;
  if (verb == "HELO") return mode.hello == "EHLO";
  if (verb == "AUTH") return mode.authentication == Authentication::required;
  return true;
}

}  // namespace

std::optional<Reply> objection(const Session& session, Needs needs) {
  if (needs == Needs::nothing) return {};
  if (session.greeting() == Session::Greeting::none)
    return reply(503, "5.5.1", "say " + std::string(session.mode().hello) + " first");
  if (needs != Needs::login || session.account() ||
      session.mode().authentication == Authentication::none)
    return {};
  if (!session.may_log_in_here()) return reply(530, "5.7.0", "use STARTTLS first");  // RFC 3207 4
  return reply(530, "5.7.0", "authentication required");                             // RFC 4954 6
}

const Command* find_command(const Mode& mode, std::string_view verb) {
  for (const auto& command : commands)
    if (command.verb == verb) return in_mode(mode, verb) ? &command : nullptr;
  return nullptr;
}

}  // namespace server::smtp
