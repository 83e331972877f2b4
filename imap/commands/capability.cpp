#include "imap/commands/commands.h"

namespace imap::commands {

Task<Reply> capability(Session& session, Request& request) {
  request.end();
  session.say("CAPABILITY " + session.capabilities());
  co_return ok("CAPABILITY completed");
}

}  // namespace imap::commands
