// Names and annotations, as NOTIFY tells them (RFC 5465 5.4 to 5.7 and 5.9).

#include <algorithm>

#include "imap/annotated.h"
#include "imap/list_query.h"
#include "imap/metadata.h"
#include "imap/notifications.h"
#include "imap/other_users.h"

namespace imap {
namespace {

using storage::Tree;

bool tells_anything(const NotifyEvents& events) {
  return events.messages || events.flags || events.names || events.subscriptions ||
         events.annotations;
}

bool holds_folder(const Tree& tree, const std::string& name) {
  const auto* node = tree.find(name);
  return node != nullptr && node->folder;
}

// What it is called after the renames: what is below a name goes with it.
std::string renamed(const std::vector<NameChange>& changes, const std::string& name) {
  for (auto end = name.size(); end != name.npos && end > 0;
       end = name.rfind(storage::hierarchy_separator, end - 1)) {
    const auto top = name.substr(0, end);
    const auto change = std::ranges::find(changes, top, &NameChange::old_name);
    if (change != changes.end()) return change->name + name.substr(end);
  }
  return name;
}

}  // namespace

// Names that were told with \NoAccess, and are in reach again.
std::set<std::string> Notifications::regained(const FollowedMailbox& from) {
  std::set<std::string> names;
  for (const auto& name : no_access_) {
    const auto other = other_name(name);
    if (!other || other->owner != from.owner() || !holds_folder(*from.tree(), name)) continue;
    if (is_reachable(name, from)) names.insert(name);
  }
  for (const auto& name : names) no_access_.erase(name);
  return names;
}

// RFC 5465 5.9: what is there still, and may not be seen any more.
std::set<std::string> Notifications::withheld(const FollowedMailbox& from, const Tree& before,
                                              const TreeNews& news) const {
  std::set<std::string> names;
  if (from.is_own()) return names;
  std::set<FolderId> there;
  for (const auto tree = from.mailbox().tree(); const auto& [name, node] : tree->nodes())
    if (node.folder) there.insert(*node.folder);
  for (const auto& [name, old_name] : news.names) {
    const auto* node = before.find(name);
    const bool was_folder = node != nullptr && node->folder && there.contains(*node->folder);
    if (was_folder && !holds_folder(*from.tree(), name) &&
        tells_anything(events_of(name, before, from)))
      names.insert(name);
  }
  return names;
}

// All at once: one folder may have got the name that another had.
void Notifications::rename_no_access(const std::vector<NameChange>& changes) {
  std::set<std::string> names;
  for (const auto& name : no_access_) names.insert(renamed(changes, name));
  no_access_ = std::move(names);
}

// RFC 5465 3.1 of what comes later: listed, and without the right that what is wanted of it takes.
// Of what is told anyway, too, but for a new name of what was told so before.
std::set<std::string> Notifications::unreadable(const FollowedMailbox& from,
                                                const std::vector<NameChange>& told) const {
  std::set<std::string> names;
  for (const auto tree = from.tree(); const auto& [name, node] : tree->nodes()) {
    if (!node.folder || is_reachable(name, from)) continue;
    const auto change = std::ranges::find(told, name, &NameChange::name);
    if (!no_access_.contains(name) || (change != told.end() && !change->old_name))
      names.insert(name);
  }
  return names;
}

std::vector<NameChange> Notifications::changes(const FollowedMailbox& from, const Tree& before,
                                               const TreeNews& news) const {
  const auto& now = *from.tree();
  std::vector<NameChange> told;
  for (const auto& change : news.names)
    if (change.name != other_users &&
        (events_of(change.name, now, from).names || events_of(change.name, before, from).names))
      told.push_back(change);
  for (const auto& name : news.subscriptions) {
    const bool is_elsewhere = from.is_own() && std::ranges::any_of(others_, [&](const auto& other) {
                                return holds_folder(*other->tree(), name);
                              });
    const bool known = std::ranges::find(told, name, &NameChange::name) != told.end();
    const bool wanted =
        events_of(name, now, from).subscriptions || events_of(name, before, from).subscriptions;
    if (wanted && !known && !is_elsewhere) told.push_back({name});
  }
  return told;
}

void Notifications::tell_names(Session& session, const FollowedMailbox& from, const Tree& before) {
  const auto& now = *from.tree();
  const auto news = news_between(before, now);
  auto told = changes(from, before, news);
  rename_no_access(told);
  auto lost = withheld(from, before, news);
  lost.merge(unreadable(from, told));
  for (const auto& name : regained(from))
    if (std::ranges::find(told, name, &NameChange::name) == told.end()) told.push_back({name});
  std::erase_if(told, [&](const NameChange& change) {
    return own_names_.contains(change.name) || lost.contains(change.name);
  });
  limit_lines(told.size() + lost.size());
  for (const auto& [name, old_name] : told) {
    const bool is_kept = no_access_.contains(name) && holds_folder(now, name);
    const auto in_reach = is_kept ? InReach::no : InReach::yes;
    session.say(list_line(name, old_name, in_reach, session.names(), now));
  }
  for (const auto& name : lost) session.say(list_line(name, {}, InReach::no, session.names(), now));
  no_access_.insert(lost.begin(), lost.end());
}

// Of one folder, or of the server.
void Notifications::tell_entries(Session& session, const FollowedMailbox& from, FolderId what,
                                 std::set<std::string> entries) {
  const bool is_server = from.is_own() && what == storage::annotated_server;
  const auto name = is_server ? std::string() : from.tree()->name_of(what);
  if (!name) return;
  const auto wants_server = [](const NotifyGroup& group) {
    return group.events.server_annotations;
  };
  const bool wanted = is_server ? std::ranges::any_of(groups_, wants_server)
                                : events_of(*name, *from.tree(), from).annotations &&
                                      has_some_access(from.rights(*name, account_));
  std::erase_if(entries, [&](const std::string& entry) {
    return own_entries_.contains({from.id(), what, entry});
  });
  if (wanted && !entries.empty())
    session.say(metadata_change_line(*name, session.names(), entries));
}

// What the user keeps for himself of others' folders.
void Notifications::tell_annotations_elsewhere(Session& session,
                                               const std::set<std::string>& entries) {
  std::map<std::pair<MailboxId, FolderId>, std::set<std::string>> by_folder;
  for (const auto& text : entries)
    if (auto entry = elsewhere_entry(text))
      by_folder[{entry->mailbox, entry->folder}].insert(std::move(entry->name));
  for (auto& [where, names] : by_folder)
    if (const auto* other = followed(where.first))
      tell_entries(session, *other, where.second, std::move(names));
}

// RFC 5465 5.6 and 5.7
void Notifications::tell_annotations(Session& session, const FollowedMailbox& from,
                                     const storage::MailboxWatch::News& news) {
  // Of others' only what all share; of the user's own not what the server keeps there.
  const auto clients = from.is_own() ? std::string_view("/") : shared_entries;
  for (const auto& [what, entries] : news.annotated) {
    if (from.is_own() && what == storage::annotated_elsewhere) {
      tell_annotations_elsewhere(session, entries);
      continue;
    }
    auto told = entries;
    std::erase_if(told, [&](const std::string& entry) { return !entry.starts_with(clients); });
    tell_entries(session, from, what, std::move(told));
  }
}

}  // namespace imap
