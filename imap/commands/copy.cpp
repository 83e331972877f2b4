#include "imap/commands/commands.h"
#include "imap/commands/copying.h"

namespace imap::commands {

Task<Reply> copy(Session& session, Request& request) {
  const auto copying = co_await parse_copying(session, request);
  if (!copying.target.folder) co_return no_target(copying.target);
  const auto copied = co_await carried(session, copying, Carry::copy);
  if (is_lost(request, copying, copied)) co_return lost();
  co_return ok(copied_code(copied) + "COPY completed");
}

}  // namespace imap::commands
