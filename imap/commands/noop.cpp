// What is due is announced after every command: NOOP and CHECK are the ones that do nothing else.

#include "imap/commands/commands.h"

namespace imap::commands {

Task<Reply> noop(Session&, Request& request) {
  request.end();
  co_return ok("NOOP completed");
}

Task<Reply> check(Session&, Request& request) {
  request.end();
  co_return ok("CHECK completed");
}

}  // namespace imap::commands
