#include "imap/commands/commands.h"

namespace imap::commands {

Task<Reply> logout(Session& session, Request& request) {
  request.end();
  session.say("BYE Logging out");
  session.log_out();
  co_return ok("LOGOUT completed");
}

}  // namespace imap::commands
