#include "imap/notifications.h"

#include <algorithm>

#include "base/log.h"
#include "imap/features.h"
#include "imap/list_query.h"
#include "imap/metadata.h"
#include "imap/tree_news.h"

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
    : mailbox_(session.shared_mailbox()) {
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
  watch_ = mailbox_->watch_all(session.waker());
  known_ = mailbox_->tree();
}

Notifications::~Notifications() {
  if (watch_) watch_->stop();
}

NotifyEvents Notifications::events_of(const std::string& name, const Tree& tree) const {
  NotifyEvents all;
  for (const auto& [filter, events] : groups_) {
    if (!covers(filter, name, tree)) continue;
    all.messages = all.messages || events.messages;
    all.flags = all.flags || events.flags;
    all.names = all.names || events.names;
    all.subscriptions = all.subscriptions || events.subscriptions;
    all.annotations = all.annotations || events.annotations;
  }
  return all;
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

Task<> Notifications::tell_states(Session& session, std::vector<Wanted> wanted) {
  if (wanted.empty()) co_return;
  if (wanted.size() > notify_line_limit) co_return end(session);
  std::vector<FolderId> folders;
  for (const auto& each : wanted) folders.push_back(each.folder);
  const auto reason = session.reason(crypto::Cause::fetch);
  const auto read = [&] { return mailbox_->states(folders, reason); };
  const auto states = co_await session.blocking(read);
  for (const auto& each : wanted) {
    const auto found =
        std::ranges::find(states, each.folder, [](const auto& s) { return s.first; });
    if (found == states.end()) continue;
    const FolderStatus status{.state = found->second,
                              .mailbox = mailbox_->id(),
                              .append_limit = session.backend().limits.message};
    session.say(status_line(each.name, session.names(), each.items, status));
  }
}

Task<> Notifications::tell_all(Session& session) {
  std::vector<Wanted> wanted;
  if (groups_.empty()) co_return;
  for (const auto& [name, node] : known_->nodes()) {
    if (!node.folder || is_open(session, *node.folder, *mailbox_)) continue;
    auto items = items_of(session, events_of(name, *known_), Events::state);
    if (!items.empty()) wanted.push_back({*node.folder, name, std::move(items)});
  }
  co_await tell_states(session, std::move(wanted));
}

void Notifications::tell_names(Session& session, const Tree& now) {
  const auto news = news_between(*known_, now);
  std::vector<NameChange> told;
  for (const auto& change : news.names)
    if (events_of(change.name, now).names || events_of(change.name, *known_).names)
      told.push_back(change);
  for (const auto& name : news.subscriptions) {
    const bool known = std::ranges::find(told, name, &NameChange::name) != told.end();
    const bool wanted =
        events_of(name, now).subscriptions || events_of(name, *known_).subscriptions;
    if (wanted && !known) told.push_back({name});
  }
  const auto own = std::exchange(own_names_, {});
  std::erase_if(told, [&](const NameChange& change) { return own.contains(change.name); });
  if (told.size() > notify_line_limit) return end(session);
  for (const auto& [name, old_name] : told)
    session.say(list_line(name, old_name, session.names(), now));
}

bool Notifications::wants_annotations(storage::Annotated what,
                                      const std::optional<std::string>& name,
                                      const Tree& tree) const {
  if (what == storage::annotated_server)
    return std::ranges::any_of(
        groups_, [](const NotifyGroup& group) { return group.events.server_annotations; });
  return name && events_of(*name, tree).annotations;
}

// RFC 5465 5.6 and 5.7
void Notifications::tell_annotations(Session& session, const storage::MailboxWatch::News& news,
                                     const Tree& now) {
  for (const auto& [what, entries] : news.annotated) {
    const auto name = now.name_of(what);
    if (!wants_annotations(what, name, now)) continue;
    auto told = entries;
    std::erase_if(told, [&, what = what](const std::string& entry) {
      const bool is_clients = entry.starts_with('/');  // not what the server keeps there
      return !is_clients || own_entries_.contains({what, entry});
    });
    if (!told.empty()) session.say(metadata_change_line(name.value_or(""), session.names(), told));
  }
}

std::vector<Notifications::Wanted> Notifications::wanted(Session& session,
                                                         const storage::MailboxWatch::News& news,
                                                         const Tree& tree) const {
  std::vector<Wanted> result;
  for (const auto& [folder, touched] : news.folders) {
    const auto name = tree.name_of(folder);
    if (!name || is_open(session, folder, *mailbox_)) continue;
    const bool added = std::ranges::any_of(
        touched.added, [&](Uid uid) { return !is_own(*mailbox_, folder, uid); });
    auto events = events_of(*name, tree);
    events.messages = events.messages && (added || touched.expunged);
    events.flags = events.flags && (touched.flagged || events.messages);
    auto items = items_of(session, events, Events::changes);
    if (!items.empty()) result.push_back({folder, *name, std::move(items)});
  }
  return result;
}

Task<> Notifications::tell(Session& session) {
  const auto news = watch_->take();
  const auto now = mailbox_->tree();
  if (news.tree) tell_names(session, *now);
  known_ = now;
  if (!watch_) co_return;
  tell_annotations(session, news, *now);
  co_await tell_states(session, wanted(session, news, *now));
}

Task<> Notifications::tell_elsewhere(Session& session) {
  bool failed = false;
  try {
    if (watch_) co_await tell(session);
  } catch (const Disconnected&) {
    throw;
  } catch (const Error& error) {
    logging::warning("imap.notify_ended", {{"reason", error.what()}});
    failed = true;
  }
  if (failed) end(session);
  own_messages_.clear();
  own_entries_.clear();
}

// RFC 5465 5.8: as if NOTIFY NONE had been received.
void Notifications::end(Session& session) {
  session.say("OK [NOTIFICATIONOVERFLOW] Nothing is told from here on: NOTIFY SET begins anew");
  if (watch_) watch_->stop();
  watch_.reset();
  groups_.clear();
  selected_ = {};
  pace_ = Pace::never;
}

void Notifications::own(const storage::Mailbox& mailbox, FolderId folder,
                        const std::vector<Uid>& uids) {
  if (&mailbox != mailbox_.get()) return;
  for (const auto uid : uids) own_messages_.emplace(folder, uid);
}

// Its parent is affected with it (RFC 5465 5.4).
void Notifications::own(const std::string& name) {
  if (!watch_) return;
  own_names_.insert(name);
  const auto end = name.rfind(storage::hierarchy_separator);
  if (end != name.npos) own_names_.insert(name.substr(0, end));
}

void Notifications::own(const storage::Mailbox& mailbox, storage::Annotated what,
                        const storage::AnnotationChanges& changes) {
  if (&mailbox != mailbox_.get()) return;
  for (const auto& [name, value] : changes) own_entries_.emplace(what, name);
}

bool Notifications::is_own(const storage::Mailbox& mailbox, FolderId folder, Uid uid) const {
  return &mailbox == mailbox_.get() && own_messages_.contains({folder, uid});
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
