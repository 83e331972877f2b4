#include "imap/folder_filter.h"

#include <algorithm>
#include <set>

#include "imap/other_users.h"
#include "policy/account_name.h"

namespace imap {
namespace {

using Kind = FolderFilter::Kind;

struct Word {
  std::string_view name;
  Kind kind;
};
constexpr Word words[] = {{"INBOXES", Kind::inboxes},
                          {"MAILBOXES", Kind::mailboxes},
                          {"PERSONAL", Kind::personal},
                          {"SELECTED", Kind::selected},
                          {"SELECTED-DELAYED", Kind::selected_delayed},
                          {"SUBSCRIBED", Kind::subscribed},
                          {"SUBTREE", Kind::subtree},
                          {"SUBTREE-ONE", Kind::subtree_one}};

bool has_names(Kind kind) {
  return kind == Kind::mailboxes || kind == Kind::subtree || kind == Kind::subtree_one;
}

std::vector<std::string> parse_names(Request& request) {
  if (!request.try_char('(')) return {request.astring()};
  std::vector<std::string> names;
  do {
    if (names.size() == filter_name_limit) throw BadSyntax("too many folders are named");
    names.push_back(request.astring());
  } while (request.try_space());
  request.expect(')');
  return names;
}

bool is_below(std::string_view name, std::string_view top) {
  return name.size() > top.size() && name.starts_with(top) &&
         name[top.size()] == storage::hierarchy_separator;
}

bool is_under(Kind kind, std::string_view name, std::string_view top) {
  if (name == top) return true;
  if (kind == Kind::mailboxes || !is_below(name, top)) return false;
  return kind == Kind::subtree ||
         name.find(storage::hierarchy_separator, top.size() + 1) == name.npos;
}

// None when it can be no folder's name, or leads nowhere.
Task<std::optional<Located>> found(Task<Located> locating) {
  try {
    auto located = co_await std::move(locating);
    co_return located;
  } catch (const Error& error) {
    if (error.fault() == Fault::unavailable) throw;
  }
  co_return std::nullopt;
}

// Of something that is not shared now, as it would be shown.
std::optional<std::string> name_of_others(Session& session, const std::string& raw) {
  const auto name = normalized_name(checked_name(raw, session.names()));
  const auto other = other_name(name);
  if (!other) return std::nullopt;
  if (other->owner.empty()) return name;
  auto shown = shown_name(policy::lower_case(other->owner), other->name);
  if (other->name.empty()) shown.pop_back();  // the separator
  return shown;
}

Task<std::optional<std::string>> shown_name_of(Session& session, const std::string& raw) {
  try {
    const auto located = co_await locate(session, raw);
    co_return located.shown;
  } catch (const Error&) {
  }
  std::optional<std::string> shown;
  try {
    shown = name_of_others(session, raw);
  } catch (const Error&) {
    // No folder can be called that.
  }
  co_return shown;
}

// What folders_of() puts together.
class Gathering {
 public:
  explicit Gathering(Session& session)
      : session_(session), own_(session.shared_mailbox()), tree_(own_->tree()) {}

  void add_own(const std::vector<FolderFilter>& filters) {
    for (const auto& [name, node] : tree_->nodes()) {
      const auto means = [&](const FolderFilter& filter) { return covers(filter, name, *tree_); };
      if (node.folder && std::ranges::any_of(filters, means)) add({own_, name, name, node.folder});
    }
  }

  // What its names lead to in other mailboxes. RFC 7377 2.2: `r` is wanted there, and `l` of what
  // is not named itself.
  Task<> add_foreign(const FolderFilter& filter) {
    for (const auto& name : filter.names) {
      const auto located = co_await found(locate_shown(session_, name));
      if (!located || located->is_own()) continue;
      add(*located);
      if (filter.kind != Kind::mailboxes) co_await add_below(filter.kind, *located);
    }
  }

  std::vector<Located> take() { return std::move(folders_); }

 private:
  void add(const Located& located) {
    const bool is_readable = located.folder && located.rights.has(storage::Right::read);
    if (is_readable && seen_.emplace(located.mailbox.get(), *located.folder).second)
      folders_.push_back(located);
  }

  // Each is located by its name: what the user may do there is decided by locate().
  Task<> add_below(Kind kind, const Located& top) {
    const auto tree = top.mailbox->tree();
    for (const auto& [name, node] : tree->nodes()) {
      if (!node.folder || name == top.name || !is_under(kind, name, top.name)) continue;
      const auto shown = top.shown + name.substr(top.name.size());
      const auto located = co_await found(locate_shown(session_, shown));
      if (located && located->rights.has(storage::Right::lookup)) add(*located);
    }
  }

  Session& session_;
  std::shared_ptr<storage::Mailbox> own_;
  std::shared_ptr<const storage::Tree> tree_;
  std::set<std::pair<const storage::Mailbox*, FolderId>> seen_;
  std::vector<Located> folders_;
};

// Subscriptions may be to folders of others.
FolderFilter subscriptions(const storage::Tree& own) {
  const auto& names = own.subscribed();
  return {Kind::mailboxes, {names.begin(), names.end()}};
}

}  // namespace

FolderFilter parse_folder_filter(Request& request) {
  const auto name = upper_ascii(request.atom());
  const auto* word = std::ranges::find(words, std::string_view(name), &Word::name);
  if (word == std::end(words)) throw BadSyntax("there is no such mailbox specifier");
  FolderFilter filter{word->kind, {}};
  if (!has_names(filter.kind)) return filter;
  request.space();
  filter.names = parse_names(request);
  return filter;
}

Task<FolderFilter> shown_names(Session& session, FolderFilter filter) {
  const auto raw = std::exchange(filter.names, {});
  for (const auto& name : raw) {
    auto shown = co_await shown_name_of(session, name);
    if (shown) filter.names.push_back(std::move(*shown));
  }
  co_return filter;
}

bool covers(const FolderFilter& filter, std::string_view name, const storage::Tree& own) {
  switch (filter.kind) {
    case Kind::selected:
    case Kind::selected_delayed:
      return false;
    case Kind::inboxes:
      return name == "INBOX";
    case Kind::personal:
      return true;
    case Kind::subscribed:
      return own.subscribed().contains(std::string(name));
    case Kind::subtree:
    case Kind::subtree_one:
    case Kind::mailboxes:
      return std::ranges::any_of(
          filter.names, [&](const std::string& top) { return is_under(filter.kind, name, top); });
  }
  return false;
}

Task<std::vector<Located>> folders_of(Session& session, const std::vector<FolderFilter>& filters) {
  Gathering gathering(session);
  gathering.add_own(filters);
  for (const auto& filter : filters) {
    if (filter.kind == Kind::subscribed)
      co_await gathering.add_foreign(subscriptions(*session.mailbox().tree()));
    else
      co_await gathering.add_foreign(filter);
  }
  co_return gathering.take();
}

}  // namespace imap
