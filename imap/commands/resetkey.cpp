// RESETKEY (RFC 4467 section 7): takes back the URLs that GENURLAUTH has made.

#include "imap/commands/commands.h"
#include "imap/features.h"
#include "imap/imap_url.h"
#include "imap/located.h"
#include "policy/url_access.h"

namespace imap::commands {
namespace {

struct Resetting {
  std::optional<std::string> folder;  // its name as received; none: all of the mailbox
  bool by_known_mechanisms = true;
};

Resetting parsed(Request& request) {
  Resetting result;
  if (request.at_end()) return result;
  request.space();
  result.folder = request.astring();
  while (request.try_space())
    if (!is_url_mechanism(request.atom())) result.by_known_mechanisms = false;
  request.end();
  return result;
}

// This session has it in the reply.
void take_own(Session& session, FolderId folder) {
  if (session.state() != State::selected || session.view().folder() != folder) return;
  if (const auto& watch = session.features().url_key) watch->take();
}

}  // namespace

Task<Reply> reset_key(Session& session, Request& request) {
  auto* access = session.backend().url_access;
  if (access == nullptr) co_return no("[CANNOT] URLs cannot be authorized here");
  const auto [raw, by_known_mechanisms] = parsed(request);
  if (!by_known_mechanisms) co_return no(unknown_url_mechanism);
  const auto reason = session.reason(crypto::Cause::fetch);
  if (!raw) {
    const auto remove = [&] { access->remove_keys(session.mailbox(), reason); };
    co_await session.blocking(remove);
    co_return ok("RESETKEY completed, no URL of yours is authorized any more");
  }
  const auto located = co_await locate(session, *raw);
  const auto folder = located.existing();
  if (!located.is_own()) co_return no("[NOPERM] Only the folder's owner can do that");
  const auto reset = [&] { access->reset_key(session.mailbox(), folder, reason); };
  co_await session.blocking(reset);
  take_own(session, folder);
  co_return ok("[URLMECH INTERNAL] RESETKEY completed, URLs made before are void");
}

}  // namespace imap::commands
