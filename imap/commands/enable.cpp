// RFC 5161. Unknown names are passed over, as it says.

#include "imap/commands/commands.h"

namespace imap::commands {

Task<Reply> enable(Session& session, Request& request) {
  std::string line = "ENABLED";
  do {
    request.space();
    const auto name = upper_ascii(request.atom());
    if (name != "CONDSTORE" && name != "QRESYNC") continue;
    if (name == "QRESYNC") session.enable(name);
    session.enable_condstore();
    line += ' ' + name;
  } while (!request.at_end());
  session.say(line);
  co_return ok("ENABLE completed");
}

}  // namespace imap::commands
