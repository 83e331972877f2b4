// RFC 3501 6.3.5. The rules about names are storage::Tree's.

#include "imap/commands/commands.h"
#include "imap/commands/naming.h"
#include "imap/located.h"
#include "imap/notifications.h"

namespace imap::commands {

Task<Reply> rename(Session& session, Request& request) {
  request.space();
  const auto raw_from = request.astring();
  const auto raw_to = named_folder(request);
  const auto from = co_await locate(session, raw_from);
  const auto to = co_await locate(session, raw_to);
  if (!from.is_own()) from.permitted(storage::Right::remove);
  to.require_above(storage::Right::create);
  if (from.mailbox != to.mailbox)
    throw Error(Fault::invalid, "A folder stays in its mailbox: copy the messages");
  const auto reason = session.reason(crypto::Cause::fetch);
  const auto work = [&] { from.mailbox->rename_folder(from.name, to.name, reason); };
  note_own(session, to.shown);
  co_await session.blocking(work);
  tell_spelling(session, to, raw_to, raw_from);
  co_return ok("RENAME completed");
}

}  // namespace imap::commands
