#include "imap/located.h"

#include "imap/folder_name.h"
#include "imap/list_query.h"
#include "imap/other_users.h"
#include "policy/sharing.h"

namespace imap {

namespace {

using storage::Right;
using storage::Rights;

[[noreturn]] void no_folder() { throw Error(Fault::not_found, "there is no such folder"); }

void require_right(Rights rights, Right right, bool is_visible) {
  if (rights.has(right)) return;
  if (!is_visible) no_folder();
  throw Error(Fault::read_only,
              "You have not been given the right (" + Rights(right).text() + ") to do that here");
}

Rights rights_above(const storage::Tree& tree, std::string_view name, AccountId account) {
  for (auto at = name.rfind(storage::hierarchy_separator); at != std::string_view::npos;
       at = name.rfind(storage::hierarchy_separator)) {
    name = name.substr(0, at);
    const auto* node = tree.find(name);
    if (node != nullptr && node->folder) return rights_of(node->acl, account);
  }
  return {};
}

Task<Located> locate_other(Session& session, OtherName other) {
  auto* sharing = session.backend().sharing;
  if (other.name.empty())
    throw Error(Fault::invalid, "Names of this kind are for the folders of other users");
  if (sharing == nullptr) no_folder();
  const auto find = [&] { return sharing->owner(session.account().id, other.owner); };
  const auto owner = co_await session.blocking(find);
  if (!owner) no_folder();
  auto mailbox = co_await session.visit(owner->mailbox);
  Located located{std::move(mailbox), std::move(other.name), {}, {}, owner->name, {}, {}};
  const auto tree = located.mailbox->tree();
  if (tree->find(located.name) == nullptr) located.name = normalized_name(located.name);
  located.shown = shown_name(owner->name, located.name);
  const auto account = session.account().id;
  located.above = rights_above(*tree, located.name, account);
  const auto* node = tree->find(located.name);
  if (node == nullptr || !node->folder) co_return located;
  located.rights = rights_of(node->acl, account);
  if (!located.rights.empty()) located.folder = node->folder;
  co_return located;
}

}  // namespace

bool Located::is_visible() const { return rights.has_any({Right::lookup, Right::read}); }

FolderId Located::existing() const {
  if (folder) return *folder;
  if (!is_own()) no_folder();
  return mailbox->tree()->folder(name);
}

void Located::require(Right right) const { require_right(rights, right, is_visible()); }

FolderId Located::permitted(Right right) const {
  const auto found = existing();
  require(right);
  return found;
}

void Located::require_above(Right right) const {
  require_right(above, right, above.has_any({Right::lookup, Right::read}));
}

Task<Located> locate_shown(Session& session, std::string name) {
  Located located{session.shared_mailbox(), std::move(name), {}, {}};
  const auto tree = located.mailbox->tree();
  if (tree->find(located.name) == nullptr) {
    located.name = normalized_name(located.name);
    if (auto other = other_name(located.name))
      co_return co_await locate_other(session, std::move(*other));
  }
  located.shown = located.name;
  if (const auto* node = tree->find(located.name)) located.folder = node->folder;
  co_return located;
}

Task<Located> locate(Session& session, std::string_view raw) {
  auto located = co_await locate_shown(session, checked_name(raw, session.names()));
  co_return located;
}

void tell_spelling(Session& session, const Located& located, std::string_view raw,
                   std::string_view old_raw) {
  const auto name = checked_name(raw, session.names()),
             old = checked_name(old_raw, session.names());
  if (normalized_name(name) == name && normalized_name(old) == old) return;
  session.say(
      folder_line(located.name, {located.shown, old}, session.names(), *located.mailbox->tree()));
}

std::string my_rights_line(const Located& located, NameForm names) {
  const auto rights = located.rights.text();
  return "MYRIGHTS " + wire_name(located.shown, names) + ' ' + (rights.empty() ? "\"\"" : rights);
}

Rights selected_rights(Session& session) {
  if (session.shared_selected_mailbox() == session.shared_mailbox()) return Rights::all();
  const auto tree = session.selected_mailbox().tree();
  const auto name = tree->name_of(session.view().folder());
  if (!name) return {};
  return rights_of(tree->find(*name)->acl, session.account().id);
}

storage::KeptFlags changeable_flags(Rights rights) {
  storage::KeptFlags flags{.system = 0, .keywords = rights.has(Right::write)};
  if (rights.has(Right::keep_seen)) flags.system |= storage::seen;
  if (rights.has(Right::delete_messages)) flags.system |= storage::deleted;
  if (rights.has(Right::write))
    flags.system |= storage::answered | storage::flagged | storage::draft;
  return flags;
}

storage::FlagNames kept(storage::FlagNames names, const storage::KeptFlags& flags) {
  names.system &= flags.system;
  if (!flags.keywords) names.keywords.clear();
  return names;
}

bool is_all(const storage::KeptFlags& flags) {
  const auto all = changeable_flags(Rights::all());
  return flags.keywords && (flags.system & all.system) == all.system;
}

}  // namespace imap
