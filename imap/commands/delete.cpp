// RFC 3501 6.3.4

#include "imap/commands/commands.h"
#include "imap/commands/naming.h"
#include "imap/located.h"
#include "imap/notifications.h"

namespace imap::commands {

Task<Reply> delete_(Session& session, Request& request) {
  const auto raw = named_folder(request);
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

}  // namespace imap::commands
