// Whose mailboxes NOTIFY follows. Others' come and go with rights, with subscriptions, and with the
// answers of their owners' roots (RFC 5465 5.9 and 6.4, policy/RULES.md section 13).

#include <algorithm>

#include "imap/list_query.h"
#include "imap/notifications.h"
#include "imap/other_users.h"
#include "imap/visible.h"

namespace imap {
namespace {

using Kind = FolderFilter::Kind;
using storage::Tree;

bool leads_to_others(const std::string& name) { return other_name(name).has_value(); }

// The mailbox serves users no longer, and its visits are about to end.
bool is_of_access(Fault fault) {
  return fault == Fault::denied || fault == Fault::unavailable || fault == Fault::not_found;
}

// The namespace by itself means all of it.
bool leads_to(const std::string& name, const std::string& owner) {
  const auto other = other_name(name);
  return other && (other->owner == owner || other->owner.empty());
}

}  // namespace

bool Notifications::means_others() const {
  return std::ranges::any_of(groups_, [](const NotifyGroup& group) {
    return group.filter.kind == Kind::subscribed ||
           std::ranges::any_of(group.filter.names, leads_to_others);
  });
}

bool Notifications::means_owner(const std::string& owner, const Tree& own) const {
  const auto leads = [&](const std::string& name) { return leads_to(name, owner); };
  return std::ranges::any_of(groups_, [&](const NotifyGroup& group) {
    if (group.filter.kind == Kind::subscribed) return std::ranges::any_of(own.subscribed(), leads);
    return std::ranges::any_of(group.filter.names, leads);
  });
}

FollowedMailbox* Notifications::followed(MailboxId id) const {
  const auto found = std::ranges::find(others_, id, &FollowedMailbox::id);
  return found == others_.end() ? nullptr : found->get();
}

// What was meant before and appears only now is news, names and all.
Task<> Notifications::follow(Session& session, const policy::Sharing::Owner& owner,
                             const Tree& own_before) {
  auto mailbox = co_await visited(session, owner.mailbox);
  if (!mailbox) {
    is_incomplete_ = true;
    co_return;
  }
  const FollowedMailbox::Reader as_before{account_, own_before};
  others_.push_back(std::make_unique<FollowedMailbox>(std::move(mailbox), owner.name, as_before,
                                                      session.waker()));
  if (means_owner(owner.name, own_before)) others_.back()->forget_names();
}

Task<> Notifications::follow_others(Session& session, const Tree& own_before) {
  is_incomplete_ = false;
  meant_.clear();
  const auto find = [&] { return session.backend().sharing->owners(account_); };
  const auto owners = co_await session.blocking(find);
  for (const auto& owner : owners) {
    if (!means_owner(owner.name, *own_->tree())) continue;
    meant_.insert(owner.mailbox);
    if (followed(owner.mailbox) == nullptr) co_await follow(session, owner, own_before);
  }
}

// One that is lost and meant is looked for again.
void Notifications::drop_others() {
  std::erase_if(others_, [&](const auto& other) {
    is_incomplete_ = is_incomplete_ || other->is_lost();
    return other->is_lost() || !meant_.contains(other->id());
  });
}

Task<> Notifications::begin(Session& session) {
  if (!shares_) co_return;
  co_await follow_others(session, *own_->tree());
  for (const auto& other : others_) {
    other->look(reader());
    for (const auto tree = other->tree(); const auto& [name, node] : tree->nodes()) {
      if (!node.folder || is_reachable(name, *other)) continue;
      session.say(list_line(name, {}, InReach::no, session.names(), *other->tree()));
      no_access_.insert(name);
    }
  }
}

Task<> Notifications::tell_of_others(Session& session) {
  for (std::size_t n = 0; n < others_.size(); ++n) {
    auto& other = *others_[n];
    auto news = session.visits(other.id()) ? other.look(reader()) : other.lose();
    bool is_shut = false;
    try {
      co_await tell_of(session, other, std::move(news));
    } catch (const Error& error) {
      is_shut = is_of_access(error.fault());
      if (!is_shut) throw;
    }
    if (is_shut) co_await tell_of(session, other, other.lose());
  }
  drop_others();
}

}  // namespace imap
