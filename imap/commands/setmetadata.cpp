// RFC 5464 4.3; special uses: RFC 6154 section 4.

#include <algorithm>

#include "imap/annotated.h"
#include "imap/commands/commands.h"
#include "imap/made_entries.h"
#include "imap/notifications.h"

namespace imap::commands {
namespace {

std::string too_big() {
  return "[METADATA MAXSIZE " + std::to_string(storage::annotation_value_limit) +
         "] A value is larger than this server takes";
}

bool has_big_value(const storage::AnnotationChanges& changes) {
  return std::ranges::any_of(changes, [](const auto& change) {
    return change.second && change.second->size() > storage::annotation_value_limit;
  });
}

// Throws read_only for what a client cannot set.
void check_may_set(const Subject& subject, const std::string& name) {
  const auto of = subject.is_server() ? MadeEntry::Of::server : MadeEntry::Of::folder;
  if (!subject.where.is_own() && name.starts_with(shared_entries))
    subject.where.require(storage::Right::write);
  if (find_made(of, name)) throw Error(Fault::read_only, "The server itself makes " + name);
  // RFC 5464 3.3: what all users see of the server is the administrator's.
  if (subject.is_server() && name.starts_with(shared_entries))
    throw Error(Fault::read_only, "Shared entries of the server are its administrator's");
}

// The folder that has the use, and loses it; empty: none does.
std::string former_holder(const Located& where, storage::SpecialUse use) {
  if (use == storage::SpecialUse::none) return {};
  const auto tree = where.mailbox->tree();
  for (const auto& [name, node] : tree->nodes())
    if (node.use == use && name != where.name) return name;
  return {};
}

struct Setting {
  Subject subject;
  storage::AnnotationChanges changes;
  std::optional<storage::SpecialUse> use;
  std::vector<std::pair<const MadeEntry*, MadeEntry::Value>> made{};  // of the server
};

// Those that the server keeps elsewhere. Throws as MadeEntry::check.
void take_made(Setting& setting) {
  if (!setting.subject.is_server()) return;
  for (const auto& entry : made_entries()) {
    if (entry.of != MadeEntry::Of::server || entry.set == nullptr) continue;
    const auto change = setting.changes.extract(std::string(entry.name));
    if (!change) continue;
    entry.check(change.mapped());
    setting.made.emplace_back(&entry, change.mapped());
  }
}

// Both at once could not be all or nothing.
void check_one_scope(const Setting& setting) {
  if (setting.subject.where.is_own()) return;
  const auto is_shared = [](const auto& change) {
    return change.first.starts_with(shared_entries);
  };
  const auto shared = std::ranges::count_if(setting.changes, is_shared);
  if (shared != 0 && static_cast<std::size_t>(shared) != setting.changes.size())
    throw Error(Fault::invalid,
                "Set private and shared entries of this folder one after the other");
}

Task<Setting> checked(Session& session, SetMetadata set) {
  auto subject = co_await annotated(session, set.folder);
  Setting setting{std::move(subject), std::move(set.changes), {}};
  if (!setting.subject.is_server() && setting.subject.where.is_own())
    if (auto use = setting.changes.extract(std::string(special_use_entry)))
      setting.use = special_use_of_value(use.mapped());
  take_made(setting);
  for (const auto& [name, value] : setting.changes) check_may_set(setting.subject, name);
  check_one_scope(setting);
  co_return setting;
}

}  // namespace

Task<Reply> set_metadata(Session& session, Request& request) {
  auto set = read_set_metadata(request);
  if (has_big_value(set.changes)) co_return no(too_big());
  const auto setting = co_await checked(session, std::move(set));
  const auto& [subject, changes, use, made] = setting;
  const auto loses = use ? former_holder(subject.where, *use) : std::string();
  const auto reason = session.reason(crypto::Cause::fetch);
  const auto work = [&] {
    return annotate(session.mailbox(), setting.subject, setting.changes, setting.use, reason);
  };
  const auto outcome = co_await session.blocking(work);
  note_own(session, *subject.where.mailbox, subject.what, changes);
  if (outcome == storage::Annotating::too_many)
    co_return no("[METADATA TOOMANY] There are as many annotations as there may be");
  for (const auto& [entry, value] : made) co_await entry->set(session, value);
  if (!loses.empty())  // RFC 6154 5.4
    session.say(metadata_line(loses, session.names(), std::string(special_use_entry) + " NIL"));
  co_return ok("SETMETADATA completed");
}

}  // namespace imap::commands
