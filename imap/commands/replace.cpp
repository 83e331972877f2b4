// RFC 8508: a message in the place of another, with nothing between.

#include "imap/commands/appending.h"
#include "imap/commands/commands.h"
#include "imap/commands/copying.h"
#include "imap/commands/resync.h"
#include "imap/missing.h"
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
std::optional<Uid> named(Session& session, const SequenceSet& old, bool by_uid) {
  const auto& view = session.view();
  const auto numbers = view.numbers(old, by_uid);
  if (numbers.empty()) return std::nullopt;
  const auto& entry = view.entry(numbers.front());
  if (entry.is_lost()) refuse_lost(session.selected_mailbox(), view.folder(), entry);
  return entry.uid;
}

struct Exchange {
  storage::Mailbox& source;
  FolderId from;
  Uid old;
  const Located& to;
};

// Between two mailboxes no transaction spans both: the new message is on disk in its mailbox before
// the old one goes from this one, so that a kill between leaves both and loses neither. Nothing is
// taken back when the removal fails: whether it did would have to be known for certain.
std::optional<storage::Appended> replaced_across(const Exchange& exchange,
                                                 storage::NewMessage message,
                                                 const storage::Reason& reason) {
  auto& [source, from, old, to] = exchange;
  if (!source.find(from, old, reason).second) return std::nullopt;
  std::vector<storage::NewMessage> messages;
  messages.push_back(std::move(message));
  auto appended = to.mailbox->append(*to.folder, std::move(messages), reason);
  remove_carried(source, from, {old}, reason);
  return appended;
}

std::optional<storage::Appended> replaced(const Exchange& exchange, storage::NewMessage message,
                                          const storage::Reason& reason) {
  auto& [source, from, old, to] = exchange;
  if (to.mailbox.get() != &source) return replaced_across(exchange, std::move(message), reason);
  return source.replace(from, old, *to.folder, std::move(message), reason);
}

Reply gone() { return no("[EXPUNGEISSUED] The message to be replaced has been expunged"); }

}  // namespace

// APPENDUID in an untagged OK (section 4.3), then EXPUNGE or VANISHED and EXISTS, which the session
// sends from the view before the tagged reply.
Task<Reply> replace(Session& session, Request& request) {
  auto replacing = parsed(session, request);
  const auto old = named(session, replacing.old, request.by_uid());
  if (!old) co_return gone();
  if (session.view().access() == Access::read_only)
    co_return no("[READ-ONLY] The folder is open read-only: SELECT it to replace messages");

  const auto located = co_await locate(session, replacing.folder);
  if (!located.folder) co_return no_target(located);
  located.require(storage::Right::insert);
  require_removing(session);
  auto whole = co_await assembled(session, std::move(replacing.message));
  if (whole.refusal) co_return *whole.refusal;
  const auto reason = session.reason(crypto::Cause::deliver);
  auto& message = whole.messages.front();
  message.flags = kept(std::move(message.flags), changeable_flags(located.rights));
  auto work = [&] {
    return replaced({session.selected_mailbox(), session.view().folder(), *old, located},
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
