// RFC 3501 6.3.7

#include "imap/commands/commands.h"
#include "imap/commands/naming.h"
#include "imap/folder_name.h"
#include "imap/notifications.h"

namespace imap::commands {
namespace {

// Whether it is there or not (RFC 4314 section 4).
std::string name_to_unsubscribe(Session& session, Request& request) {
  const auto raw = named_folder(request);
  auto name = checked_name(raw, session.names());
  if (!session.mailbox().tree()->subscribed().contains(name)) name = normalized_name(name);
  return name;
}

}  // namespace

Task<Reply> unsubscribe(Session& session, Request& request) {
  const auto name = name_to_unsubscribe(session, request);
  const auto reason = session.reason(crypto::Cause::fetch);
  const auto work = [&] { session.mailbox().unsubscribe(name, reason); };
  note_own(session, name);
  co_await session.blocking(work);
  co_return ok("UNSUBSCRIBE completed");
}

}  // namespace imap::commands
