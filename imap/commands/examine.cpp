#include "imap/commands/opening.h"

namespace imap::commands {

Task<Reply> examine(Session& session, Request& request) {
  co_await open_folder(session, request, Access::read_only);
  co_return ok("[READ-ONLY] EXAMINE completed");
}

}  // namespace imap::commands
