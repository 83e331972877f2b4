// RFC 8508: a message in the place of another, with nothing between.

#include "imap/commands/appending.h"
#include "imap/commands/commands.h"
#include "imap/commands/copying.h"
#include "imap/commands/resync.h"
#include "imap/notifications.h"

namespace imap::commands {
namespace {

struct Replacing {
  SequenceSet old;
  std::string folder;  // as received
  std::vector<Arriving> message;
};

Replacing parsed(const Session& session, Request& request) {
  Replacing result;
  request.space();
  result.old = request.sequence_set();
  const auto& ranges = result.old.ranges();
  if (result.old.is_saved() || ranges.size() != 1 || ranges[0].first != ranges[0].last)
    throw BadSyntax("REPLACE takes one message");
  request.space();
  result.folder = request.astring();
  request.space();
  result.message.push_back(parse_arriving(request, session.names()));
  request.end();
  return result;
}

// None: it is gone.
std::optional<Uid> named(const View& view, const SequenceSet& old, bool by_uid) {
  const auto numbers = view.numbers(old, by_uid);
  if (numbers.empty()) return std::nullopt;
  const auto& entry = view.entry(numbers.front());
  if (entry.is_lost()) throw Error(Fault::corrupt, "the stored entry of a message is damaged");
  return entry.uid;
}

Reply gone() { return no("[EXPUNGEISSUED] The message to be replaced has been expunged"); }

}  // namespace

// APPENDUID in an untagged OK (section 4.3), then EXPUNGE or VANISHED and EXISTS, which the session
// sends from the view before the tagged reply.
Task<Reply> replace(Session& session, Request& request) {
  auto replacing = parsed(session, request);
  const auto old = named(session.view(), replacing.old, request.by_uid());
  if (!old) co_return gone();
  if (session.view().access() == Access::read_only)
    co_return no("[READ-ONLY] The folder is open read-only: SELECT it to replace messages");

  const auto located = co_await locate(session, replacing.folder);
  if (!located.folder) co_return no_target(located);
  located.require(storage::Right::insert);
  require_removing(session);
  if (located.mailbox != session.shared_selected_mailbox())
    co_return no("[CANNOT] The replacement must stay in the mailbox of what it replaces");
  auto whole = co_await assembled(session, std::move(replacing.message));
  if (whole.refusal) co_return *whole.refusal;
  const auto reason = session.reason(crypto::Cause::deliver);
  auto& message = whole.messages.front();
  message.flags = kept(std::move(message.flags), changeable_flags(located.rights));
  auto work = [&] {
    return located.mailbox->replace(session.view().folder(), *old, *located.folder,
                                    prepared(std::move(message)), reason);
  };
  const auto appended = co_await session.blocking(work);
  if (!appended) co_return gone();

  note_own(session, *located.mailbox, *located.folder, appended->uids);
  session.say("OK " + appended_code(*appended) + "Replacement message ready");
  auto reply = ok(expunged_code(session) + "REPLACE completed");
  reply.expunged = true;
  co_return reply;
}

}  // namespace imap::commands
