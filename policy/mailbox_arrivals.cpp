// Mail for mailboxes whose key nobody has (decision D11).

#include "base/log.h"
#include "policy/held_mailbox.h"
#include "storage/arrivals.h"

namespace policy {

namespace {

std::optional<crypto::DeliveryPublic> stored(storage::Directory& directory, MailboxId id) {
  try {
    return directory.delivery_public(id);
  } catch (const Error& error) {
    if (error.fault() != Fault::corrupt) throw;
    return std::nullopt;  // logged; the mailbox itself says which is right
  }
}

}  // namespace

// The private half, which only the mailbox key opens, decides. Where it is damaged, which is
// logged, the mailbox is served, and what is sealed to it waits.
void Mailboxes::check_delivery_key(MailboxId id, storage::Mailbox& mailbox) try {
  const auto own = mailbox.delivery_public();
  if (stored(directory_, id) != own) directory_.set_delivery_public(id, own);
} catch (const Error& error) {
  if (error.fault() != Fault::corrupt) throw;
}

bool Mailboxes::takes_arrivals(MailboxId id) { return directory_.delivery_public(id).has_value(); }

void Mailboxes::arrive(MailboxId id, std::string_view octets, UnixTime internal_date,
                       std::int16_t zone) {
  const auto in_use = held(id);  // retire() waits for it
  const auto record = directory_.mailbox(id);
  if (record.hold == storage::Hold::destroying)
    throw Error(Fault::unavailable, "this mailbox is being destroyed");
  const auto to = directory_.delivery_public(id);
  if (!to)
    throw Error(Fault::unavailable, "the mailbox has no delivery key yet",
                "it gets one when it is opened for the first time");
  storage::Arrivals arrivals(database(record.database));
  // What the mailbox holds nobody can count now: what waits for it may be as much as it may hold.
  if (const auto limits = this->limits(id); limits.any())
    storage::require_room(limits, arrivals.usage(id), {.octets = octets.size(), .messages = 1});
  arrivals.add(id, *to, octets, internal_date, zone);
}

bool Mailboxes::has_arrivals(MailboxId id) {
  const auto entry = held(id);
  const std::lock_guard lock(entry->opening);
  return storage::Arrivals(database(record(id, *entry).database)).any(id);
}

std::vector<MailboxId> Mailboxes::with_arrivals() {
  std::vector<MailboxId> found;
  for (const auto& [id, database] : databases_) {
    const auto some = storage::Arrivals(*database).waiting();
    found.insert(found.end(), some.begin(), some.end());
  }
  return found;
}

bool Mailboxes::has_access(MailboxId id) {
  return ring_.user_access(directory_.mailbox(id).under()).until > clock_.now();
}

}  // namespace policy
