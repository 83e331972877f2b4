// RFC 3501 6.3.3; USE: RFC 6154 section 3. The rules about names are storage::Tree's.

#include <algorithm>

#include "imap/commands/commands.h"
#include "imap/located.h"
#include "imap/notifications.h"
#include "imap/object_id.h"
#include "imap/special_use.h"

namespace imap::commands {
namespace {

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

}  // namespace imap::commands
