// RFC 3501 6.4.1. What is due is announced after every command.

#include "imap/commands/commands.h"
#include "imap/revision.h"

namespace imap::commands {

Task<Reply> check(Session& session, Request& request) {
  request.end();
  refuse_removed(session, "CHECK", "NOOP");
  co_return ok("CHECK completed");
}

}  // namespace imap::commands
