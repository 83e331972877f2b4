#include "imap/commands/commands.h"
#include "imap/located.h"
#include "imap/revision.h"
#include "imap/status_items.h"

namespace imap::commands {

Task<Reply> status(Session& session, Request& request) {
  request.space();
  const auto raw = request.astring();
  request.space();
  const auto items = read_status_items(request);
  request.end();
  refuse_removed(session, items);
  if (asks_for(items, StatusItem::highest_modseq)) session.enable_condstore();
  const auto located = co_await locate(session, raw);
  const auto folder = located.permitted(storage::Right::read);
  const auto reason = session.reason(crypto::Cause::fetch);
  const auto& limits = session.backend().limits;
  const auto work = [&] { return read_status(*located.mailbox, folder, items, limits, reason); };
  const auto status = co_await session.blocking(work);
  session.say(status_line(located.shown, session.names(), items, status));
  co_return ok("STATUS completed");
}

}  // namespace imap::commands
