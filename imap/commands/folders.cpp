// What changes the folders themselves (RFC 3501 6.3.3 to 6.3.7). The rules about names are
// storage::Tree's.

#include "imap/commands/commands.h"
#include "imap/folder_name.h"
#include "imap/special_use.h"

namespace imap::commands {

namespace {

std::string folder_to_the_end(Request& request) {
  request.space();
  const auto raw = request.astring();
  request.end();
  return checked_name(raw);
}

// RFC 6154 3: CREATE name (USE (\Sent))
storage::SpecialUse read_use(Request& request) {
  if (!request.try_space() || request.at_end()) return storage::SpecialUse::none;
  request.expect('(');
  if (upper_ascii(request.atom()) != "USE") throw BadSyntax("CREATE takes USE and nothing else");
  request.space();
  request.expect('(');
  auto use = storage::SpecialUse::none;
  while (!request.try_char(')')) {
    request.expect('\\');
    const auto found = special_use("\\" + request.atom());
    if (found == storage::SpecialUse::none || use != storage::SpecialUse::none)
      throw Error(Fault::invalid, "A folder has one use: Archive, Drafts, Junk, Sent or Trash");
    use = found;
    request.try_space();
  }
  request.expect(')');
  return use;
}

bool is_taken(const storage::Tree& tree, storage::SpecialUse use) {
  if (use == storage::SpecialUse::none) return false;
  for (const auto& [name, node] : tree.nodes())
    if (node.use == use) return true;
  return false;
}

using Change = void (storage::Mailbox::*)(const std::string&, const storage::Reason&);

// Of the folder that the command names, and nothing else.
Task<> change_named(Session& session, Request& request, Change change) {
  const auto name = folder_to_the_end(request);
  const auto reason = session.reason(crypto::Cause::fetch);
  const auto work = [&] { (session.mailbox().*change)(name, reason); };
  co_await session.blocking(work);
}

}  // namespace

Task<Reply> create(Session& session, Request& request) {
  request.space();
  auto raw = request.astring();
  const auto use = read_use(request);
  request.end();
  // "name/" announces that folders will be made under it (RFC 3501 6.3.3).
  if (raw.size() > 1 && raw.back() == storage::hierarchy_separator) raw.pop_back();
  const auto name = checked_name(raw);
  auto& mailbox = session.mailbox();
  if (is_taken(*mailbox.tree(), use)) co_return no("[USEATTR] Another folder has this use");
  const auto reason = session.reason(crypto::Cause::fetch);
  const auto work = [&] { mailbox.create_folder(name, use, reason); };
  co_await session.blocking(work);
  co_return ok("CREATE completed");
}

Task<Reply> delete_(Session& session, Request& request) {
  const auto name = folder_to_the_end(request);
  const auto reason = session.reason(crypto::Cause::fetch);
  auto& mailbox = session.mailbox();
  const auto tree = mailbox.tree();
  const auto* node = tree->find(name);
  const bool is_selected = session.state() == State::selected && node != nullptr &&
                           node->folder == session.view().folder();
  const auto work = [&] { mailbox.remove_folder(name, reason); };
  co_await session.blocking(work);
  if (is_selected) {
    session.unselect();
    session.say("OK [CLOSED] The selected folder is no more");
  }
  co_return ok("DELETE completed");
}

Task<Reply> rename(Session& session, Request& request) {
  request.space();
  const auto raw_from = request.astring();
  const auto to = folder_to_the_end(request);
  const auto from = checked_name(raw_from);
  const auto reason = session.reason(crypto::Cause::fetch);
  const auto work = [&] { session.mailbox().rename_folder(from, to, reason); };
  co_await session.blocking(work);
  co_return ok("RENAME completed");
}

Task<Reply> subscribe(Session& session, Request& request) {
  co_await change_named(session, request, &storage::Mailbox::subscribe);
  co_return ok("SUBSCRIBE completed");
}

Task<Reply> unsubscribe(Session& session, Request& request) {
  co_await change_named(session, request, &storage::Mailbox::unsubscribe);
  co_return ok("UNSUBSCRIBE completed");
}

}  // namespace imap::commands
