// What is set on top of a mailbox's DEP, brought to where its messages come in.

#include "policy/held_mailbox.h"

namespace policy {

void Mailboxes::Held::protect_as(const std::optional<storage::Protection>& now,
                                 const Encrypt& encrypt) {
  if (protection == now && (protect != nullptr) == now.has_value()) return;
  protection = now;
  protect = now ? protect_of(encrypt, *now) : nullptr;
}

std::optional<storage::Protection> Mailboxes::protection(MailboxId id) {
  return directory_.protection(id);
}

Level Mailboxes::level(MailboxId id) {
  return level_of(directory_.dep(directory_.mailbox(id).dep), directory_.protection(id));
}

void Mailboxes::set_protection(MailboxId id, const std::optional<storage::Protection>& protection) {
  const auto entry = held(id);
  const std::lock_guard lock(entry->opening);
  directory_.set_protection(id, protection);
  entry->protect_as(protection, encrypt_);
  if (entry->mailbox) entry->mailbox->protect_with(entry->protect);
}

std::string Mailboxes::as_stored(MailboxId id, std::string_view octets) {
  std::string whole(octets);
  const auto protection = directory_.protection(id);
  if (!protection) return whole;
  storage::NewMessage message;
  message.octets = std::move(whole);
  return (*protect_of(encrypt_, *protection))(std::move(message)).octets;
}

}  // namespace policy
