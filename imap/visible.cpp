#include "imap/visible.h"

#include <algorithm>

#include "imap/other_users.h"
#include "policy/sharing.h"

namespace imap {

Task<std::shared_ptr<storage::Mailbox>> visited(Session& session, MailboxId id) {
  try {
    auto mailbox = co_await session.visit(id);
    co_return mailbox;
  } catch (const Error&) {
  }
  co_return nullptr;
}

void Visible::add(const std::string& owner, std::shared_ptr<storage::Mailbox> mailbox) {
  auto tree = std::make_shared<storage::Tree>(*tree_);
  add_shown(*tree, owner, *mailbox->tree(), account_);
  tree_ = std::move(tree);
  others_.emplace(owner, std::move(mailbox));
}

Located Visible::at(const std::string& shown) const {
  const auto other = own_->tree()->find(shown) ? std::nullopt : other_name(shown);
  const auto found = other ? others_.find(other->owner) : others_.end();
  if (found == others_.end()) return {own_, shown, shown, tree_->folder(shown)};
  const auto tree = found->second->tree();
  const auto* node = tree->find(other->name);
  Located located{found->second, other->name, shown, {}, other->owner, {}, {}};
  if (node == nullptr) return located;
  located.folder = node->folder;
  located.rights = rights_of(node->acl, account_);
  return located;
}

void add_shown(storage::Tree& tree, const std::string& owner, const storage::Tree& theirs,
               AccountId account) {
  for (const auto& [name, node] : theirs.nodes()) {
    if (!node.folder || !rights_of(node.acl, account).has(storage::Right::lookup)) continue;
    try {
      tree.create(shown_name(owner, name), *node.folder, storage::SpecialUse::none);
    } catch (const Error&) {
      // Too long or too deep as it would be shown here, or one too many.
    }
  }
}

bool may_match_others(std::string_view pattern) {
  const auto fixed = pattern.substr(0, pattern.find_first_of("%*"));
  const auto length = std::min(fixed.size(), other_users.size());
  return fixed.substr(0, length) == other_users.substr(0, length);
}

Task<Visible> visible_folders(Session& session, const std::vector<std::string>& patterns) {
  Visible visible(session.shared_mailbox(), session.account().id);
  auto* sharing = session.backend().sharing;
  if (sharing == nullptr || std::ranges::none_of(patterns, may_match_others)) co_return visible;
  const auto find = [&] { return sharing->owners(session.account().id); };
  const auto owners = co_await session.blocking(find);
  for (const auto& owner : owners) {
    auto mailbox = co_await visited(session, owner.mailbox);
    if (!mailbox) continue;
    const auto add = [&] { visible.add(owner.name, mailbox); };
    co_await session.blocking(add);
  }
  co_return visible;
}

}  // namespace imap
