#include "imap/commands/resync.h"

#include <algorithm>

#include "imap/modseq.h"

namespace imap::commands {
namespace {

constexpr std::size_t flushed_at = 64 * 1024;  // unsent octets

bool is_in(const std::vector<SequenceSet::Range>& rising, Uid uid) {
  const auto at = std::ranges::lower_bound(rising, uid.value, {}, &SequenceSet::Range::last);
  return at != rising.end() && at->first <= uid.value;
}

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
  const auto known = resync.known.resolved(view.uid_next().value - 1);
  for (const auto number : view.numbers_newer_than(resync.modseq)) {
    const auto& entry = view.entry(number);
    if (!is_in(known, entry.uid)) continue;
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
