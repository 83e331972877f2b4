// RFC 5464 4.2

#include "imap/annotated.h"
#include "imap/commands/commands.h"

namespace imap::commands {

Task<Reply> get_metadata(Session& session, Request& request) {
  const auto get = read_get_metadata(request);
  const auto subject = co_await annotated(session, get.folder);
  const auto annotations = co_await annotations_of(session, subject, get.query);
  const auto answer = entry_answer(get.query, annotations);
  if (!answer.list.empty())
    session.say(metadata_line(subject.where.shown, session.names(), answer.list));
  if (!answer.longest_left_out) co_return ok("GETMETADATA completed");
  co_return ok("[METADATA LONGENTRIES " + std::to_string(*answer.longest_left_out) +
               "] GETMETADATA completed");
}

}  // namespace imap::commands
