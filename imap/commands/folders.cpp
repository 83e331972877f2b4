// What changes the folders themselves (RFC 3501 6.3.3 to 6.3.7). The rules about names are
// storage::Tree's.

#include <algorithm>

#include "imap/commands/commands.h"
#include "imap/folder_name.h"
#include "imap/located.h"
#include "imap/notifications.h"
#include "imap/object_id.h"
#include "imap/special_use.h"

namespace imap::commands {

namespace {

std::string folder_to_the_end(Request& request) {
  request.space();
  auto raw = request.astring();
  request.end();
  return raw;
}

// RFC 6154 3: CREATE name (USE (\Sent)). Nothing: no use that a folder can have.
std::optional<storage::SpecialUse> read_use(Request& request) {
  if (!request.try_space() || request.at_end()) return storage::SpecialUse::none;
  request.expect('(');
  if (upper_ascii(request.atom()) != "USE") throw BadSyntax("CREATE takes USE and nothing else");
  request.space();
  request.expect('(');
  std::vector<storage::SpecialUse> uses;
  while (!request.try_char(')')) {
    request.expect('\\');
    uses.push_back(special_use("\\" + request.atom()));
    request.try_space();
  }
  request.expect(')');
  if (uses.size() > 1 || std::ranges::count(uses, storage::SpecialUse::none) > 0)
    return std::nullopt;
  return uses.empty() ? storage::SpecialUse::none : uses.front();
}

bool is_taken(const storage::Tree& tree, storage::SpecialUse use) {
  if (use == storage::SpecialUse::none) return false;
  for (const auto& [name, node] : tree.nodes())
    if (node.use == use) return true;
  return false;
}

// With a folder of another user's, that one must see it (RFC 4314 section 4). A user's
// subscriptions are in the user's own mailbox.
Task<std::string> name_to_subscribe(Session& session, Request& request) {
  const auto raw = folder_to_the_end(request);
  const auto located = co_await locate(session, raw);
  if (!located.is_own()) located.permitted(storage::Right::lookup);
  co_return located.shown;
}

// Whether it is there or not (RFC 4314 section 4).
std::string name_to_unsubscribe(Session& session, Request& request) {
  const auto raw = folder_to_the_end(request);
  auto name = checked_name(raw, session.names());
  if (!session.mailbox().tree()->subscribed().contains(name)) name = normalized_name(name);
  return name;
}

}  // namespace

Task<Reply> create(Session& session, Request& request) {
  request.space();
  auto raw = request.astring();
  const auto use = read_use(request);
  request.end();
  if (!use) co_return no("[USEATTR] A folder has one use: Archive, Drafts, Junk, Sent or Trash");
  // "name/" announces that folders will be made under it (RFC 3501 6.3.3).
  if (raw.size() > 1 && raw.back() == storage::hierarchy_separator) raw.pop_back();
  const auto located = co_await locate(session, raw);
  located.require_above(storage::Right::create);
  auto& mailbox = *located.mailbox;
  if (is_taken(*mailbox.tree(), *use)) co_return no("[USEATTR] Another folder has this use");
  const auto reason = session.reason(crypto::Cause::fetch);
  const auto work = [&] {
    mailbox.create_folder(located.name, *use, reason);
    return mailbox.state(mailbox.tree()->folder(located.name), reason);
  };
  note_own(session, located.shown);
  const auto state = co_await session.blocking(work);
  tell_spelling(session, located, raw, raw);
  co_return ok("[MAILBOXID (" + mailbox_id(mailbox.id(), state.uid_validity) +
               ")] CREATE completed");
}

Task<Reply> delete_(Session& session, Request& request) {
  const auto raw = folder_to_the_end(request);
  const auto located = co_await locate(session, raw);
  if (!located.is_own()) located.permitted(storage::Right::remove);
  const auto reason = session.reason(crypto::Cause::fetch);
  const bool is_selected = session.state() == State::selected &&
                           located.mailbox == session.shared_selected_mailbox() &&
                           located.folder == session.view().folder();
  const auto tree = located.mailbox->tree();
  if (!located.folder && tree->find(located.name) != nullptr)
    co_return no("[HASCHILDREN] Only others hold this name: delete those below it first");
  const auto work = [&] { located.mailbox->remove_folder(located.name, reason); };
  note_own(session, located.shown);
  co_await session.blocking(work);
  tell_spelling(session, located, raw, raw);
  if (is_selected) {
    session.unselect();
    session.say("OK [CLOSED] The selected folder is no more");
  }
  co_return ok("DELETE completed");
}

Task<Reply> rename(Session& session, Request& request) {
  request.space();
  const auto raw_from = request.astring();
  const auto raw_to = folder_to_the_end(request);
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

Task<Reply> subscribe(Session& session, Request& request) {
  const auto name = co_await name_to_subscribe(session, request);
  const auto reason = session.reason(crypto::Cause::fetch);
  const auto work = [&] { session.mailbox().subscribe(name, reason); };
  note_own(session, name);
  co_await session.blocking(work);
  co_return ok("SUBSCRIBE completed");
}

Task<Reply> unsubscribe(Session& session, Request& request) {
  const auto name = name_to_unsubscribe(session, request);
  const auto reason = session.reason(crypto::Cause::fetch);
  const auto work = [&] { session.mailbox().unsubscribe(name, reason); };
  note_own(session, name);
  co_await session.blocking(work);
  co_return ok("UNSUBSCRIBE completed");
}

}  // namespace imap::commands
