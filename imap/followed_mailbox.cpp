#include "imap/followed_mailbox.h"

#include <utility>

#include "imap/other_users.h"
#include "imap/visible.h"

namespace imap {
namespace {

using storage::Tree;

std::set<std::string> subscribed_below(const Tree& own, const std::string& owner) {
  std::set<std::string> names;
  for (const auto& name : own.subscribed())
    if (const auto other = other_name(name); other && other->owner == owner) names.insert(name);
  return names;
}

}  // namespace

FollowedMailbox::FollowedMailbox(std::shared_ptr<storage::Mailbox> mailbox, std::string owner,
                                 const Reader& reader, std::function<void()> wake)
    : mailbox_(std::move(mailbox)),
      owner_(std::move(owner)),
      watch_(mailbox_->watch_all(std::move(wake))),
      shown_(shown(reader)) {}

FollowedMailbox::~FollowedMailbox() { watch_->stop(); }

FollowedMailbox::SharedTree FollowedMailbox::shown(const Reader& reader) {
  auto theirs = mailbox_->tree();
  if (is_own()) return theirs;
  auto subscribed = subscribed_below(reader.own, owner_);
  if (theirs == theirs_ && subscribed == subscribed_) return shown_;
  theirs_ = std::move(theirs);
  subscribed_ = std::move(subscribed);
  auto tree = std::make_shared<Tree>();
  add_shown(*tree, owner_, *theirs_, reader.account);
  for (const auto& name : subscribed_) tree->subscribe(name);
  return tree;
}

storage::Rights FollowedMailbox::rights(const std::string& shown, AccountId reader) const {
  if (is_own()) return storage::Rights::all();
  const auto other = other_name(shown);
  const auto tree = mailbox_->tree();
  const auto* node = other ? tree->find(other->name) : nullptr;
  return node != nullptr && node->folder ? rights_of(node->acl, reader) : storage::Rights();
}

FollowedMailbox::News FollowedMailbox::look(const Reader& reader) {
  auto committed = watch_->take();
  auto now = shown(reader);
  return {std::move(committed), std::exchange(shown_, std::move(now))};
}

void FollowedMailbox::forget_names() {
  auto tree = std::make_shared<Tree>();
  for (const auto& name : subscribed_) tree->subscribe(name);
  shown_ = std::move(tree);
  theirs_.reset();
}

FollowedMailbox::News FollowedMailbox::lose() {
  is_lost_ = true;
  watch_->stop();
  auto before = shown_;
  forget_names();
  return {{}, std::move(before)};
}

}  // namespace imap
