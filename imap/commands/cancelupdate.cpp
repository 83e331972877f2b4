#include "imap/commands/commands.h"
#include "imap/contexts.h"
#include "imap/features.h"

namespace imap::commands {

// RFC 5267 4.3.5
Task<Reply> cancel_update(Session& session, Request& request) {
  std::vector<std::string> tags;
  do {
    request.space();
    tags.push_back(request.astring());
  } while (!request.at_end());
  if (const auto& contexts = session.features().contexts)
    for (const auto& tag : tags) contexts->cancel(tag);
  co_return ok("CANCELUPDATE completed");
}

}  // namespace imap::commands
