// RFC 9208. A mailbox with all its folders is one quota root, called like its account.

#include "imap/commands/commands.h"
#include "imap/located.h"
#include "imap/mime/header.h"
#include "imap/mime/wire.h"
#include "imap/quota_resources.h"
#include "policy/quota_admins.h"

namespace imap::commands {

namespace {

using SharedMailbox = std::shared_ptr<storage::Mailbox>;

bool is_admin(Session& session) {
  const auto* admins = session.backend().quota_admins;
  return admins != nullptr && admins->has(session.account());
}

Task<> tell_quota(Session& session, const std::string& root, const SharedMailbox& mailbox,
                  const storage::Reason& reason) {
  const auto work = [&] { return mailbox->usage(reason); };
  const auto usage = co_await session.blocking(work);
  session.say(quota_line(root, mailbox->limits(), usage));
}

// What others have is told to those alone who may set it. The service counts it, in their name.
Task<> tell_quota_of_other(Session& session, const std::string& root) {
  if (!is_admin(session)) throw Error(Fault::not_found, "There is no such quota root for you");
  auto& backend = session.backend();
  const auto open = [&] {
    return backend.mailboxes.open(backend.quota_admins->owner(root).mailbox,
                                  crypto::ActorClass::system);
  };
  const auto mailbox = co_await session.blocking(open);
  const storage::Reason counting{crypto::Cause::integrity,
                                 {crypto::ActorClass::system, session.account().id}};
  co_await tell_quota(session, root, mailbox, counting);
}

Task<> tell_root(Session& session, const std::string& root) {
  if (root != session.account().name) {
    co_await tell_quota_of_other(session, root);
    co_return;
  }
  const auto reason = session.reason(crypto::Cause::fetch);
  co_await tell_quota(session, root, session.shared_mailbox(), reason);
}

}  // namespace

Task<Reply> get_quota(Session& session, Request& request) {
  request.space();
  const auto root = mime::lower_ascii(request.astring());
  request.end();
  co_await tell_root(session, root);
  co_return ok("GETQUOTA completed");
}

// The folder need not be there (RFC 9208 4.1.2).
Task<Reply> get_quota_root(Session& session, Request& request) {
  request.space();
  const auto raw = request.astring();
  request.end();
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

Task<Reply> set_quota(Session& session, Request& request) {
  request.space();
  const auto root = mime::lower_ascii(request.astring());
  request.space();
  const auto quota = read_quota(request);
  if (!is_admin(session))
    throw Error(Fault::read_only, "Quotas are set by the administrator: sealpost quota set");
  auto* admins = session.backend().quota_admins;
  const auto work = [&] { admins->set(session.account(), admins->owner(root), quota); };
  co_await session.blocking(work);
  co_await tell_root(session, root);
  co_return ok("SETQUOTA completed");
}

}  // namespace imap::commands
