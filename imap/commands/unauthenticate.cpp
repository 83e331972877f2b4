// RFC 8437: as before login, on the same connection. TLS and what ID said stay.

#include "imap/commands/commands.h"

namespace imap::commands {

Task<Reply> unauthenticate(Session& session, Request& request) {
  request.end();
  // Section 8: there must be a way to switch it off.
  if (!session.announces("UNAUTHENTICATE")) throw BadSyntax("UNAUTHENTICATE is not offered here");
  session.unauthenticate();
  session.say_raw(request.tag() + " OK UNAUTHENTICATE completed\r\n");
  co_await session.flush_and_end_compression();
  co_return already_said();
}

}  // namespace imap::commands
