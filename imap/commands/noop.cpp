// What is due is announced after every command: NOOP and CHECK are the ones that do nothing else.

#include "imap/commands/commands.h"
#include "imap/revision.h"

namespace imap::commands {

Task<Reply> noop(Session&, Request& request) {
  request.end();
  co_return ok("NOOP completed");
}

Task<Reply> check(Session& session, Request& request) {
  request.end();
  refuse_removed(session, "CHECK", "NOOP");
  co_return ok("CHECK completed");
}

}  // namespace imap::commands
