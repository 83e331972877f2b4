// RFC 5161. Nothing announced has to be enabled; unknown names are passed over, as it says.

#include "imap/commands/commands.h"

namespace imap::commands {

Task<Reply> enable(Session& session, Request& request) {
  do {
    request.space();
    request.atom();
  } while (!request.at_end());
  session.say("ENABLED");
  co_return ok("ENABLE completed");
}

}  // namespace imap::commands
