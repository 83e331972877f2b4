#include "imap/commands/commands.h"

namespace imap::commands {

// RFC 3691
Task<Reply> unselect(Session& session, Request& request) {
  request.end();
  session.unselect();
  co_return ok("UNSELECT completed");
}

}  // namespace imap::commands
