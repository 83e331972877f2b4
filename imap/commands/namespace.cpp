// RFC 2342: one personal namespace, without a prefix.

#include "imap/commands/commands.h"

namespace imap::commands {

Task<Reply> namespace_(Session& session, Request& request) {
  request.end();
  session.say(R"(NAMESPACE (("" "/")) NIL NIL)");
  co_return ok("NAMESPACE completed");
}

}  // namespace imap::commands
