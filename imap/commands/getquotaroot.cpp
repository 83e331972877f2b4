// RFC 9208 4.1.2

#include "imap/commands/commands.h"
#include "imap/commands/naming.h"
#include "imap/commands/telling_quotas.h"
#include "imap/located.h"
#include "imap/mime/wire.h"

namespace imap::commands {

// The folder need not be there.
Task<Reply> get_quota_root(Session& session, Request& request) {
  const auto raw = named_folder(request);
  const auto located = co_await locate(session, raw);
  located.require(storage::Right::read);
  const auto root = located.is_own() ? session.account().name : located.owner;
  std::string line = "QUOTAROOT " + wire_name(located.shown, session.names()) + ' ';
  mime::add_astring(line, root);
  session.say(line);
  const auto reason = session.reason(crypto::Cause::fetch);
  co_await tell_quota(session, root, located.mailbox, reason);
  co_return ok("GETQUOTAROOT completed");
}

}  // namespace imap::commands
