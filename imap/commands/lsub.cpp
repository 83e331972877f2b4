// RFC 3501 6.3.9

#include "imap/commands/commands.h"
#include "imap/list_query.h"
#include "imap/revision.h"
#include "imap/visible.h"

namespace imap::commands {

Task<Reply> lsub(Session& session, Request& request) {
  request.space();
  const auto reference = request.list_mailbox();
  request.space();
  auto pattern = request.list_mailbox();
  request.end();
  refuse_removed(session, "LSUB", "LIST (SUBSCRIBED)");
  if (!pattern.empty()) pattern.insert(0, reference);
  if (pattern.size() > storage::folder_name_limit) throw BadSyntax("the pattern is too long");
  const auto visible = co_await visible_folders(session, {pattern});
  const auto work = [&] { return lsub_lines(pattern, session.names(), visible.tree()); };
  const auto lines = co_await session.blocking(work);
  for (const auto& line : lines) session.say(line);
  co_return ok("LSUB completed");
}

}  // namespace imap::commands
