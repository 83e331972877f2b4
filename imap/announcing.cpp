#include "imap/announcing.h"

#include <algorithm>
#include <map>

#include "imap/commands/fetching.h"
#include "imap/contexts.h"
#include "imap/features.h"
#include "imap/located.h"
#include "imap/modseq.h"
#include "imap/notifications.h"
#include "policy/url_access.h"

namespace imap {
namespace {

using Items = std::vector<FetchItem>;

void add_items(Items& items, const Items& more) {
  for (const auto& item : more) {
    const bool known =
        std::ranges::any_of(items, [&](const FetchItem& have) { return have.name == item.name; });
    if (!known) items.push_back(item);
  }
}

// FETCH of messages that have just been told of. Nothing is marked \Seen by it. RFC 7162 3.1: who
// has enabled CONDSTORE gets their mod-sequences.
Task<> fetch(Session& session, const std::vector<Uid>& uids, Items items) {
  auto& view = session.view();
  if (session.enabled("CONDSTORE"))
    add_items(items, {{.kind = FetchItem::Kind::uid, .name = "UID"},
                      {.kind = FetchItem::Kind::modseq, .name = "MODSEQ"}});
  std::vector<FetchSubject> subjects;
  for (const auto uid : uids)
    if (const auto number = view.number_of(uid))
      subjects.push_back(commands::subject_of(session, *number));
  FetchRun run(session.selected_mailbox(), view.folder(), items, std::move(subjects),
               session.reason(crypto::Cause::fetch));
  co_await commands::serve(session, run);
}

// Messages that are told of in the same words go together.
Task<> fetch_each(Session& session, const std::map<Uid, Items>& wanted) {
  for (auto at = wanted.begin(); at != wanted.end();) {
    const auto& items = at->second;
    const auto same = [&](const auto& other) {
      return std::ranges::equal(items, other.second, {}, &FetchItem::name, &FetchItem::name);
    };
    std::vector<Uid> uids;
    for (; at != wanted.end() && same(*at); ++at) uids.push_back(at->first);
    co_await fetch(session, uids, items);
  }
}

// New messages, and what is told of each: by NOTIFY, and by searches that they match.
struct Newcomers {
  std::map<Uid, Items> matching, others;
};

Newcomers newcomers(Session& session, Contexts* contexts) {
  Newcomers result;
  const auto* notifications = session.features().notifications.get();
  const auto uids = session.view().take_newcomers();
  if (contexts != nullptr)
    for (const auto& match : contexts->take_matches())
      add_items(result.matching[match.uid], match.items);
  if (notifications == nullptr || notifications->items().empty()) return result;
  for (const auto uid : uids) {
    if (notifications->is_own(session.selected_mailbox(), session.view().folder(), uid)) continue;
    const auto match = result.matching.find(uid);
    add_items(match == result.matching.end() ? result.others[uid] : match->second,
              notifications->items());
  }
  return result;
}

void say_view(Session& session, View::Expunges expunges, const View::Form& form) {
  auto& view = session.view();
  session.say_raw(view.announce(expunges, form, *session.selected_mailbox().tree()));
  // RFC 7162 3.2: so that the client asks for them again if the connection breaks.
  if (session.enabled("QRESYNC") && view.holds_expunges())
    session.say("OK " + highest_modseq_code(view.told_up_to()) + "Expunges are held back");
}

// RFC 4467 section 7, RESETKEY: to every session of the user's that has the folder selected.
void say_url_key(Session& session) {
  if (const auto& watch = session.features().url_key; watch && watch->take())
    session.say("OK [URLMECH INTERNAL] URLs of messages here that were made before are void");
}

// RFC 5267 4.3.2 to 4.3.4: removals of what is expunged while their numbers stand; all else after
// what it follows from. RFC 5465 section 7: FETCH of what matches a search before its ADDTO, and
// (5.2) of other new messages after.
Task<> announce_selected(Session& session, View::Expunges expunges, View::Form form,
                         Answers answers) {
  auto& view = session.view();
  const auto contexts = session.features().contexts;
  const auto* notifications = session.features().notifications.get();
  if (notifications != nullptr) {
    form.flags = notifications->tells_flags();
    form.uid = true;  // RFC 5465 5.1
    if (!notifications->tells_messages() && answers == Answers::others)
      expunges = View::Expunges::hold;
    if (!view.tracks()) view.track();
  }
  view.absorb();
  view.permit(changeable_flags(selected_rights(session)));
  if (contexts) session.say_raw(contexts->removals(view));
  say_view(session, expunges, form);
  say_url_key(session);
  if (contexts) co_await contexts->look(session);
  const auto arrived = newcomers(session, contexts.get());
  co_await fetch_each(session, arrived.matching);
  if (contexts) session.say_raw(contexts->take_lines());
  co_await fetch_each(session, arrived.others);
  if (!contexts) view.take_touched();
}

}  // namespace

void end_unless_readable(Session& session) {
  if (session.state() != State::selected || session.view().folder_gone()) return;
  if (selected_rights(session).has(storage::Right::read)) return;
  session.say("BYE The selected folder is not shared with you any more");
  session.log_out();
}

Task<> announce(Session& session, View::Expunges expunges, bool by_uid, Answers answers) {
  end_unless_readable(session);
  if (session.state() == State::selected) {
    co_await announce_selected(session, expunges, session.form(by_uid), answers);
    if (session.view().folder_gone()) {
      session.say("BYE The selected folder has been deleted");
      session.log_out();
      co_return;
    }
  }
  const auto notifications = session.features().notifications;
  if (notifications && session.state() != State::logout)
    co_await notifications->tell_elsewhere(session);
}

}  // namespace imap
