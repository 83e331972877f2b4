// RFC 3501 6.3.6

#include "imap/commands/commands.h"
#include "imap/commands/naming.h"
#include "imap/located.h"
#include "imap/notifications.h"

namespace imap::commands {
namespace {

// With a folder of another user's, that one must see it (RFC 4314 section 4). A user's
// subscriptions are in the user's own mailbox.
Task<std::string> name_to_subscribe(Session& session, Request& request) {
  const auto raw = named_folder(request);
  const auto located = co_await locate(session, raw);
  if (!located.is_own()) located.permitted(storage::Right::lookup);
  co_return located.shown;
}

}  // namespace

Task<Reply> subscribe(Session& session, Request& request) {
  const auto name = co_await name_to_subscribe(session, request);
  const auto reason = session.reason(crypto::Cause::fetch);
  const auto work = [&] { session.mailbox().subscribe(name, reason); };
  note_own(session, name);
  co_await session.blocking(work);
  co_return ok("SUBSCRIBE completed");
}

}  // namespace imap::commands
