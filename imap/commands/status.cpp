#include "imap/commands/commands.h"
#include "imap/folder_name.h"
#include "imap/status_items.h"

namespace imap::commands {

Task<Reply> status(Session& session, Request& request) {
  request.space();
  const auto name = request.folder_name();
  request.space();
  const auto items = read_status_items(request);
  request.end();
  if (asks_for(items, StatusItem::highest_modseq)) session.enable_condstore();
  const auto folder = session.mailbox().tree()->folder(name);
  const auto reason = session.reason(crypto::Cause::fetch);
  const auto work = [&] { return session.mailbox().state(folder, reason); };
  const auto state = co_await session.blocking(work);
  session.say(status_line(name, items, state));
  co_return ok("STATUS completed");
}

}  // namespace imap::commands
