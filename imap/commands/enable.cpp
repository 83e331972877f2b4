// RFC 5161. Unknown names are passed over, as it says.

#include "imap/commands/commands.h"

namespace imap::commands {

Task<Reply> enable(Session& session, Request& request) {
  std::string line = "ENABLED";
  do {
    request.space();
    if (upper_ascii(request.atom()) != "CONDSTORE") continue;
    session.enable_condstore();
    line += " CONDSTORE";
  } while (!request.at_end());
  session.say(line);
  co_return ok("ENABLE completed");
}

}  // namespace imap::commands
