// RFC 9208 4.1.1

#include "imap/commands/commands.h"
#include "imap/commands/telling_quotas.h"
#include "imap/mime/header.h"

namespace imap::commands {

Task<Reply> get_quota(Session& session, Request& request) {
  request.space();
  const auto root = mime::lower_ascii(request.astring());
  request.end();
  co_await tell_root(session, root);
  co_return ok("GETQUOTA completed");
}

}  // namespace imap::commands
