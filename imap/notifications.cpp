#include "imap/notifications.h"

#include <algorithm>

#include "base/log.h"
#include "imap/features.h"

namespace imap {
namespace {

using Kind = FolderFilter::Kind;
using storage::Tree;

bool is_open(Session& session, FolderId folder, const storage::Mailbox& mailbox) {
  return session.state() == State::selected && &session.selected_mailbox() == &mailbox &&
         session.view().folder() == folder;
}

}  // namespace

Notifications::Notifications(Session& session, std::vector<NotifyGroup> groups)
    : account_(session.account().id) {
  for (auto& group : groups) {
    const bool delayed = group.filter.kind == Kind::selected_delayed;
    if (group.filter.kind != Kind::selected && !delayed) {
      groups_.push_back(std::move(group));
      continue;
    }
    selected_ = std::move(group.events);
    if (selected_.messages) pace_ = delayed ? Pace::delayed : Pace::immediately;
  }
  if (groups_.empty()) return;
  const auto& mailbox = session.shared_mailbox();
  const auto tree = mailbox->tree();
  own_ = std::make_unique<FollowedMailbox>(
      mailbox, std::string(), FollowedMailbox::Reader{account_, *tree}, session.waker());
  if (auto* sharing = session.backend().sharing; sharing != nullptr && means_others())
    shares_ = sharing->watch(account_, session.waker());
}

NotifyEvents Notifications::events_of(const std::string& name, const Tree& tree,
                                      const FollowedMailbox& from) const {
  NotifyEvents all;
  for (const auto& [filter, events] : groups_) {
    if (filter.kind == Kind::personal && !from.is_own()) continue;
    if (!covers(filter, name, tree)) continue;
    all.messages = all.messages || events.messages;
    all.flags = all.flags || events.flags;
    all.names = all.names || events.names;
    all.subscriptions = all.subscriptions || events.subscriptions;
    all.annotations = all.annotations || events.annotations;
  }
  return all;
}

// It can be told of as it is wanted: STATUS is for those who may read (RFC 4314 section 4).
bool Notifications::is_reachable(const std::string& name, const FollowedMailbox& from) const {
  return !events_of(name, *from.tree(), from).messages ||
         from.rights(name, account_).has(storage::Right::read);
}

// RFC 5465 3.1 of the state to begin with, 5.1 to 5.3 of changes.
std::vector<StatusItem> Notifications::items_of(Session& session, const NotifyEvents& events,
                                                Events which) const {
  std::vector<StatusItem> items;
  if (events.messages) items = {StatusItem::uid_next, StatusItem::messages};
  if (events.flags || (which == Events::state && events.messages))
    items.push_back(StatusItem::uid_validity);
  if (events.flags) items.push_back(StatusItem::unseen);
  const bool by_modseq = session.enabled("CONDSTORE") || (which == Events::state && events.flags);
  if (by_modseq && !items.empty()) items.push_back(StatusItem::highest_modseq);
  return items;
}

void Notifications::limit_lines(std::size_t lines) {
  if (lines > notify_line_limit)
    throw Error(Fault::limit, "NOTIFY had more to tell at a time than its limit");
}

Task<> Notifications::tell_states(Session& session, const FollowedMailbox& from,
                                  std::vector<Wanted> wanted) {
  if (wanted.empty()) co_return;
  limit_lines(wanted.size());
  std::vector<FolderId> folders;
  for (const auto& each : wanted) folders.push_back(each.folder);
  const auto reason = session.reason(crypto::Cause::fetch);
  const auto read = [&] { return from.mailbox().states(folders, reason); };
  const auto states = co_await session.blocking(read);
  for (const auto& each : wanted) {
    const auto found =
        std::ranges::find(states, each.folder, [](const auto& s) { return s.first; });
    if (found == states.end()) continue;
    const FolderStatus status{.state = found->second,
                              .mailbox = from.id(),
                              .append_limit = session.backend().limits.message};
    session.say(status_line(each.name, session.names(), each.items, status));
  }
}

Task<> Notifications::tell_state_of(Session& session, const FollowedMailbox& from) {
  std::vector<Wanted> wanted;
  for (const auto tree = from.tree(); const auto& [name, node] : tree->nodes()) {
    if (!node.folder || is_open(session, *node.folder, from.mailbox())) continue;
    auto items = items_of(session, events_of(name, *from.tree(), from), Events::state);
    if (!items.empty() && is_reachable(name, from))
      wanted.push_back({*node.folder, name, std::move(items)});
  }
  co_await tell_states(session, from, std::move(wanted));
}

Task<> Notifications::tell_all(Session& session) {
  if (!own_) co_return;
  co_await tell_state_of(session, *own_);
  for (const auto& other : others_) co_await tell_state_of(session, *other);
}

std::vector<Notifications::Wanted> Notifications::wanted(
    Session& session, const FollowedMailbox& from,
    const std::map<FolderId, Touched>& folders) const {
  std::vector<Wanted> result;
  for (const auto& [folder, touched] : folders) {
    const auto name = from.tree()->name_of(folder);
    if (!name || is_open(session, folder, from.mailbox()) || !is_reachable(*name, from)) continue;
    const bool added = std::ranges::any_of(
        touched.added, [&](Uid uid) { return !is_own(from.mailbox(), folder, uid); });
    auto events = events_of(*name, *from.tree(), from);
    events.messages = events.messages && (added || touched.expunged);
    events.flags = events.flags && (touched.flagged || events.messages);
    auto items = items_of(session, events, Events::changes);
    if (!items.empty()) result.push_back({folder, *name, std::move(items)});
  }
  return result;
}

Task<> Notifications::tell_of(Session& session, FollowedMailbox& from, News news) {
  if (news.before != from.tree()) tell_names(session, from, *news.before);
  tell_annotations(session, from, news.committed);
  co_await tell_states(session, from, wanted(session, from, news.committed.folders));
}

Task<> Notifications::tell(Session& session) {
  auto news = own_->look(reader());
  const auto before = news.before;
  const bool is_due = (shares_ && shares_->take()) || before != own_->tree() || is_incomplete_;
  if (shares_ && is_due) co_await follow_others(session, *before);
  co_await tell_of(session, *own_, std::move(news));
  co_await tell_of_others(session);
}

Task<> Notifications::tell_elsewhere(Session& session) {
  bool failed = false;
  try {
    if (own_) co_await tell(session);
  } catch (const Disconnected&) {
    throw;
  } catch (const Error& error) {
    logging::warning("imap.notify_ended", {{"reason", error.what()}});
    failed = true;
  }
  if (failed) end(session);
  own_names_.clear();
  own_messages_.clear();
  own_entries_.clear();
}

// RFC 5465 5.8: as if NOTIFY NONE had been received.
void Notifications::end(Session& session) {
  session.say("OK [NOTIFICATIONOVERFLOW] Nothing is told from here on: NOTIFY SET begins anew");
  shares_.reset();
  others_.clear();
  own_.reset();
  groups_.clear();
  selected_ = {};
  pace_ = Pace::never;
}

void Notifications::own(const storage::Mailbox& mailbox, FolderId folder,
                        const std::vector<Uid>& uids) {
  for (const auto uid : uids) own_messages_.emplace(mailbox.id(), folder, uid);
}

// Its parent is affected with it (RFC 5465 5.4).
void Notifications::own(const std::string& name) {
  own_names_.insert(name);
  const auto end = name.rfind(storage::hierarchy_separator);
  if (end != name.npos) own_names_.insert(name.substr(0, end));
}

void Notifications::own(const storage::Mailbox& mailbox, storage::Annotated what,
                        const storage::AnnotationChanges& changes) {
  for (const auto& [name, value] : changes) own_entries_.emplace(mailbox.id(), what, name);
}

bool Notifications::is_own(const storage::Mailbox& mailbox, FolderId folder, Uid uid) const {
  return own_messages_.contains({mailbox.id(), folder, uid});
}

// ---- for the session and its commands

bool pushes(Session& session) {
  const auto& notifications = session.features().notifications;
  return notifications && !notifications->is_silent();
}

View::Expunges pushed_expunges(Session& session) {
  const auto& notifications = session.features().notifications;
  const bool at_once = notifications && notifications->pace() == Notifications::Pace::immediately;
  return at_once ? View::Expunges::tell : View::Expunges::hold;
}

void note_own(Session& session, const storage::Mailbox& mailbox, FolderId folder,
              const std::vector<Uid>& uids) {
  if (const auto& notifications = session.features().notifications)
    notifications->own(mailbox, folder, uids);
}

void note_own(Session& session, const std::string& name) {
  if (const auto& notifications = session.features().notifications) notifications->own(name);
}

void note_own(Session& session, const storage::Mailbox& mailbox, storage::Annotated what,
              const storage::AnnotationChanges& changes) {
  if (const auto& notifications = session.features().notifications)
    notifications->own(mailbox, what, changes);
}

}  // namespace imap
