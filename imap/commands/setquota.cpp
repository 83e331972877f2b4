// RFC 9208 4.1.3

#include "imap/commands/commands.h"
#include "imap/commands/telling_quotas.h"
#include "imap/mime/header.h"
#include "imap/quota_resources.h"
#include "policy/quota_admins.h"

namespace imap::commands {

Task<Reply> set_quota(Session& session, Request& request) {
  request.space();
  const auto root = mime::lower_ascii(request.astring());
  request.space();
  const auto quota = read_quota(request);
  if (!is_quota_admin(session))
    throw Error(Fault::read_only, "Quotas are set by the administrator: sealpost quota set");
  auto* admins = session.backend().quota_admins;
  const auto work = [&] { admins->set(session.account(), admins->owner(root), quota); };
  co_await session.blocking(work);
  co_await tell_root(session, root);
  co_return ok("SETQUOTA completed");
}

}  // namespace imap::commands
