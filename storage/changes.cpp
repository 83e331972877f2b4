#include "storage/changes.h"

#include <algorithm>
#include <utility>

namespace storage {

std::vector<std::shared_ptr<const Change>> Watch::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(waiting_, {});
}

void Watch::publish(std::shared_ptr<const Change> change) {
  const std::lock_guard lock(mutex_);
  waiting_.push_back(std::move(change));
  if (wake_) wake_();
}

void Watch::stop() {
  const std::lock_guard lock(mutex_);
  wake_ = nullptr;
  recent_ = Recent::look;
}

Recent Watch::recent() {
  const std::lock_guard lock(mutex_);
  return recent_;
}

MailboxWatch::News MailboxWatch::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(news_, {});
}

void MailboxWatch::publish(const Change& change) {
  const std::lock_guard lock(mutex_);
  auto& touched = news_.folders[change.folder];
  for (const auto& entry : change.added)
    if (touched.added.size() < added_limit) touched.added.push_back(entry.uid);
  touched.expunged = touched.expunged || !change.expunged.empty();
  touched.flagged = touched.flagged || !change.flagged.empty();
  if (wake_) wake_();
}

void MailboxWatch::publish_tree() {
  const std::lock_guard lock(mutex_);
  news_.tree = true;
  if (wake_) wake_();
}

void MailboxWatch::publish_annotated(FolderId folder, const std::vector<std::string>& entries) {
  const std::lock_guard lock(mutex_);
  auto& known = news_.annotated[folder];
  for (const auto& entry : entries)
    if (known.size() < entry_limit) known.insert(entry);
  if (wake_) wake_();
}

void MailboxWatch::stop() {
  const std::lock_guard lock(mutex_);
  wake_ = nullptr;
}

std::shared_ptr<MailboxWatch> Changes::watch_all(std::function<void()> wake) {
  auto watch = std::make_shared<MailboxWatch>(std::move(wake));
  const std::lock_guard lock(mutex_);
  std::erase_if(mailbox_watches_, [](const auto& old) { return old.expired(); });
  mailbox_watches_.push_back(watch);
  return watch;
}

std::shared_ptr<Watch> Changes::watch(FolderId folder, Recent recent, std::function<void()> wake) {
  auto watch = std::make_shared<Watch>(folder, recent, std::move(wake));
  const std::lock_guard lock(mutex_);
  std::erase_if(watches_, [](const auto& old) { return old.expired(); });
  watches_.push_back(watch);
  return watch;
}

std::weak_ptr<const Watch> Changes::claimant(FolderId folder) {
  const std::lock_guard lock(mutex_);
  for (const auto& watch : watches_)
    if (const auto alive = watch.lock();
        alive && alive->folder() == folder && alive->recent() == Recent::claim)
      return alive;
  return {};
}

void Changes::publish(std::shared_ptr<const Change> change) {
  const std::lock_guard lock(mutex_);
  for (const auto& watch : watches_)
    if (const auto alive = watch.lock(); alive && alive->folder() == change->folder)
      alive->publish(change);
  for (const auto& watch : mailbox_watches_)
    if (const auto alive = watch.lock()) alive->publish(*change);
}

void Changes::publish_annotated(FolderId folder, const std::vector<std::string>& entries) {
  const std::lock_guard lock(mutex_);
  for (const auto& watch : mailbox_watches_)
    if (const auto alive = watch.lock()) alive->publish_annotated(folder, entries);
}

void Changes::publish_tree() {
  const std::lock_guard lock(mutex_);
  for (const auto& watch : mailbox_watches_)
    if (const auto alive = watch.lock()) alive->publish_tree();
}

}  // namespace storage
