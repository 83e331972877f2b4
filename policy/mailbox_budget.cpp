// How many mailboxes are open, for how long, and how much of them is in memory.

#include "base/heap.h"
#include "base/log.h"
#include "policy/held_mailbox.h"

namespace policy {

namespace {

constexpr std::size_t closed_together = 16;  // at the limit: one in so many that are idle

}  // namespace

std::size_t Mailboxes::open_count() const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(std::ranges::count_if(held_, [](const auto& entry) {
    const std::unique_lock idle(entry.second->opening, std::try_to_lock);
    return !idle || entry.second->mailbox;
  }));
}

std::shared_ptr<storage::Mailbox> Mailboxes::aside(MailboxId id) {
  const std::lock_guard lock(mutex_);
  const auto found = held_.find(id);
  if (found == held_.end()) return nullptr;
  auto& held = *found->second;
  if (!is_used(found->second) && clock_.now() - held.used >= linger().count()) return nullptr;
  const std::unique_lock idle(held.opening, std::try_to_lock);
  if (!idle || !held.mailbox || held.gate->ended()) return nullptr;
  ++*held.aside;
  const auto give_back = [mailbox = held.mailbox, count = held.aside](const auto*) mutable {
    mailbox.reset();
    --*count;
  };
  return {held.mailbox.get(), give_back};
}

// References to an entry are taken with mutex_ alone.
bool Mailboxes::in_use(const SharedHeld& entry) {
  if (entry.use_count() > 1) return true;
  const std::lock_guard idle(entry->opening);
  return entry->mailbox && entry->mailbox.use_count() > 1;
}

bool Mailboxes::is_used(const SharedHeld& entry) {
  if (entry.use_count() > 1) return true;
  const std::lock_guard idle(entry->opening);
  return entry->mailbox && entry->mailbox.use_count() > 1 + *entry->aside;
}

std::chrono::seconds Mailboxes::linger() const {
  return heap_ > budget_.plaintext ? std::chrono::seconds(0) : linger_;
}

void Mailboxes::close_idle() {
  ring_.forget_expired();
  heap_ = heap_in_use();
  const auto now = clock_.now();
  const std::lock_guard lock(mutex_);
  std::erase_if(held_, [&](const auto& entry) {
    auto& held = *entry.second;
    if (is_used(entry.second)) held.used = now;
    if (in_use(entry.second)) return false;
    // Nothing: opening it failed, or it was removed.
    return !held.mailbox || held.gate->ended() || now - held.used >= linger().count();
  });
  if (const auto refused = refused_.exchange(0); refused > 0)
    logging::warning(
        "memory.budget_reached",
        {{"refused", refused}, {"mailboxes", held_.size()}, {"plaintext_at_most", heap_.load()}});
}

std::vector<MailboxId> Mailboxes::idle() const {
  std::vector<std::pair<UnixTime, MailboxId>> found;
  for (const auto& [id, entry] : held_)
    if (!in_use(entry)) found.emplace_back(entry->used, id);
  std::ranges::sort(found);
  std::vector<MailboxId> ids;
  for (const auto& [used, id] : found) ids.push_back(id);
  return ids;
}

bool Mailboxes::has_room() const {
  return held_.size() <= budget_.mailboxes && heap_ <= budget_.plaintext;
}

// The one to be opened has its entry already.
void Mailboxes::make_room() {
  const std::lock_guard lock(mutex_);
  if (has_room()) return;
  const auto ids = idle();
  const auto count = heap_ > budget_.plaintext
                         ? ids.size()
                         : std::min(ids.size(), ids.size() / closed_together + 1);
  for (std::size_t n = 0; n < count; ++n) held_.erase(ids[n]);
  heap_ = heap_in_use();
  if (has_room()) return;
  ++refused_;
  throw Error(
      Fault::unavailable, "the server has as many mailboxes in memory as it may",
      "try again soon; an admin sees `sealpost status`, and raises [memory] in the configuration");
}

}  // namespace policy
