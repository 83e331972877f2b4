// RFC 2177. Changes are told within milliseconds of their commit.

#include <algorithm>

#include "imap/commands/commands.h"

namespace imap::commands {

namespace {

constexpr std::size_t done_limit = 1024;  // octets of the line that ends it

bool is_done(std::string_view line) {
  while (line.ends_with(' ')) line.remove_suffix(1);
  constexpr std::string_view done = "done";
  return std::equal(line.begin(), line.end(), done.begin(), done.end(),
                    [](char a, char b) { return (a | 0x20) == b; });
}

}  // namespace

Task<Reply> idle(Session& session, Request& request) {
  request.end();
  session.say_raw("+ idling\r\n");
  co_await session.announce_until_input();
  if (session.state() == State::logout) co_return no("IDLE ended");
  const auto timeout = session.backend().limits.within_command;
  const auto line = co_await session.stream().read_line(done_limit, timeout);
  if (!is_done(line)) throw BadSyntax("DONE ends IDLE");
  co_return ok("IDLE completed");
}

}  // namespace imap::commands
