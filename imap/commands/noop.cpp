// What is due is announced after every command; this one does nothing else (RFC 3501 6.1.2).

#include "imap/commands/commands.h"

namespace imap::commands {

Task<Reply> noop(Session&, Request& request) {
  request.end();
  co_return ok("NOOP completed");
}

}  // namespace imap::commands
