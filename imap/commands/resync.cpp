#include "imap/commands/resync.h"

#include "imap/modseq.h"

namespace imap::commands {
namespace {

constexpr std::size_t flushed_at = 64 * 1024;  // unsent octets

}  // namespace

void say_vanished(Session& session, const View& view, const SequenceSet& uids, ModSeq since,
                  Uid above) {
  const auto gone = vanished(view, uids, since, above);
  if (!gone.empty()) session.say("VANISHED (EARLIER) " + gone);
}

Task<> catch_up(Session& session, View& view, const Resync& resync, const storage::Tree& tree) {
  if (resync.uid_validity != view.uid_validity()) co_return;
  const auto above = resync.matched ? matched_up_to(view, *resync.matched) : Uid(0);
  say_vanished(session, view, resync.known, resync.modseq, above);

  const auto form = session.form(true);
  for (const auto number : view.numbers(resync.known, true)) {
    const auto& entry = view.entry(number);
    if (entry.modseq <= resync.modseq) continue;
    session.say_raw(view.flags_line(number, form, tree));
    view.told(entry.uid, entry.modseq);
    if (session.unsent() > flushed_at) co_await session.flush();
  }
}

std::string expunged_code(Session& session) {
  if (!session.enabled("QRESYNC")) return {};
  session.view().absorb();
  return highest_modseq_code(session.view().absorbed_up_to());
}

}  // namespace imap::commands
