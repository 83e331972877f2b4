// RFC 3501 6.2.1. What was sent along with the command in clear is refused, never read as if it had
// come through TLS.

#include "imap/commands/commands.h"

namespace imap::commands {

Task<Reply> starttls(Session& session, Request& request) {
  request.end();
  if (session.stream().is_tls()) throw BadSyntax("TLS is on already");
  if (session.backend().tls == nullptr) throw BadSyntax("TLS is not offered here");
  if (session.stream().has_buffered_input()) {
    session.stream().discard_input();
    throw BadSyntax("nothing may be sent after STARTTLS before its answer");
  }
  session.say_raw(request.tag() + " OK Begin TLS now\r\n");
  co_await session.flush();
  const auto timeout = session.backend().limits.handshake;
  co_await session.stream().start_tls(*session.backend().tls, timeout);
  co_return already_said();
}

}  // namespace imap::commands
