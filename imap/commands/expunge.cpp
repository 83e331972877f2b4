#include <optional>
#include <span>
#include <vector>

#include "imap/commands/commands.h"
#include "imap/commands/resync.h"
#include "imap/located.h"

namespace imap::commands {

namespace {

// Of UID EXPUNGE (RFC 4315 2.1): the messages named, among those this client knows.
std::optional<std::vector<Uid>> named(Session& session, Request& request) {
  if (!request.by_uid()) return std::nullopt;
  request.space();
  const auto set = request.sequence_set();
  std::vector<Uid> uids;
  for (const auto number : session.view().numbers(set, true)) {
    const auto& entry = session.view().entry(number);
    if (!entry.is_lost()) uids.push_back(entry.uid);
  }
  return uids;
}

}  // namespace

// The EXPUNGE lines, or VANISHED, are said by announce(), with everybody else's (behaviour 4).
Task<Reply> expunge(Session& session, Request& request) {
  const auto uids = named(session, request);
  request.end();
  if (session.view().access() == Access::read_only)
    throw Error(Fault::read_only, "The folder is open read-only: nothing is expunged");
  if (!selected_rights(session).has(storage::Right::expunge))
    throw Error(Fault::read_only, "You have not been given the right (e) to expunge here");
  const auto reason = session.reason(crypto::Cause::fetch);
  const auto work = [&] {
    std::optional<std::span<const Uid>> among;
    if (uids) among = *uids;
    return session.selected_mailbox().expunge(session.view().folder(), among, reason);
  };
  const auto gone = co_await session.blocking(work);
  auto reply = ok((gone.empty() ? "" : expunged_code(session)) + "EXPUNGE completed");
  reply.expunged = true;
  co_return reply;
}

}  // namespace imap::commands
