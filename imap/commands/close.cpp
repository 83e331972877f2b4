#include "imap/commands/commands.h"
#include "imap/located.h"

namespace imap::commands {

// Expunges without a word, not even of HIGHESTMODSEQ (RFC 3501 6.4.2, RFC 7162 3.2.8); a folder
// opened with EXAMINE, or without the right (RFC 4314 section 4), stays as it is.
Task<Reply> close(Session& session, Request& request) {
  request.end();
  const auto folder = session.view().folder();
  const auto access = session.view().access();
  const auto mailbox = session.shared_selected_mailbox();
  const bool may_expunge = selected_rights(session).has(storage::Right::expunge);
  session.unselect();
  if (access == Access::read_write && may_expunge) {
    const auto reason = session.reason(crypto::Cause::fetch);
    const auto work = [&] { mailbox->expunge(folder, std::nullopt, reason); };
    co_await session.blocking(work);
  }
  co_return ok("CLOSE completed");
}

}  // namespace imap::commands
