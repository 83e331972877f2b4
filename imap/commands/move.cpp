#include "imap/commands/commands.h"
#include "imap/commands/copying.h"
#include "imap/commands/resync.h"

namespace imap::commands {

// RFC 6851 3.3 and 4.3: COPYUID in an untagged OK, then the EXPUNGE lines, which the session sends
// from the view before the tagged reply.
Task<Reply> move(Session& session, Request& request) {
  const auto moving = co_await parse_copying(session, request);
  if (session.view().access() == Access::read_only) {
    co_return no("[READ-ONLY] The folder is open read-only: SELECT it to move messages");
  }
  require_removing(session);
  if (!moving.target.folder) co_return no_target(moving.target);
  const auto moved = co_await carried(session, moving, Carry::move);
  if (is_lost(request, moving, moved)) co_return lost();
  if (moved.to.empty()) co_return ok("MOVE completed");
  session.say("OK " + copied_code(moved) + "Moved");
  auto reply = ok(expunged_code(session) + "MOVE completed");
  reply.expunged = true;
  co_return reply;
}

}  // namespace imap::commands
