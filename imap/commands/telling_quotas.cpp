#include "imap/commands/telling_quotas.h"

#include "imap/quota_resources.h"
#include "policy/quota_admins.h"

namespace imap::commands {
namespace {

// What others have is told to those alone who may set it. The service counts it, in their name.
Task<> tell_quota_of_other(Session& session, const std::string& root) {
  if (!is_quota_admin(session))
    throw Error(Fault::not_found, "There is no such quota root for you");
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

}  // namespace

bool is_quota_admin(Session& session) {
  const auto* admins = session.backend().quota_admins;
  return admins != nullptr && admins->has(session.account());
}

Task<> tell_quota(Session& session, const std::string& root,
                  std::shared_ptr<storage::Mailbox> mailbox, const storage::Reason& reason) {
  const auto work = [&] { return mailbox->usage(reason); };
  const auto usage = co_await session.blocking(work);
  session.say(quota_line(root, mailbox->limits(), usage));
}

Task<> tell_root(Session& session, const std::string& root) {
  if (root != session.account().name) {
    co_await tell_quota_of_other(session, root);
    co_return;
  }
  const auto reason = session.reason(crypto::Cause::fetch);
  co_await tell_quota(session, root, session.shared_mailbox(), reason);
}

}  // namespace imap::commands
