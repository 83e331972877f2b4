// Mailboxes that are not served, since an older state of them was put back.

#include "base/log.h"
#include "policy/held_mailbox.h"

namespace policy {

void Mailboxes::hold_back(std::span<const MailboxId> mailboxes) {
  const std::lock_guard lock(mutex_);
  held_back_.insert(mailboxes.begin(), mailboxes.end());
}

void Mailboxes::require_served(MailboxId id) {
  const std::lock_guard lock(mutex_);
  if (held_back_.contains(id))
    throw Error(Fault::corrupt,
                "mailbox " + std::to_string(id.value) + " was put back to an older state",
                "`sealpost restore show` tells what was, and how to go on");
}

bool Mailboxes::serves(MailboxId id) {
  if (!directory_.believes(id)) return false;
  const std::lock_guard lock(mutex_);
  return !held_back_.contains(id);
}

// Where its rows are gone altogether, it begins anew, and empty.
std::uint64_t Mailboxes::restore(MailboxId id, std::uint64_t later) {
  const auto entry = held(id);
  const std::lock_guard opening(entry->opening);
  const auto& record = this->record(id, *entry);
  refuse_doomed(record);
  database(record.database).pass_over_ids();
  open_rows(id, *entry, record, crypto::ActorClass::system);
  entry->mailbox->restored(later);
  check_delivery_key(id, *entry->mailbox);
  logging::warning("mailbox.restored", {{"mailbox", id.value}, {"later", later}});
  const std::lock_guard lock(mutex_);
  held_back_.erase(id);
  return entry->mailbox->generation();
}

}  // namespace policy
