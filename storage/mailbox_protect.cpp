// Mail that came before its mailbox was protected.

#include "base/error.h"
#include "storage/mailbox_open.h"

namespace storage {
namespace {

std::optional<NewMessage> found(Mailbox& mailbox, FolderId folder, Uid uid, const Reason& reason) {
  try {
    const auto entry = mailbox.find(folder, uid, reason).second;
    if (!entry || entry->is_lost()) return std::nullopt;
    NewMessage message;
    message.octets = mailbox.octets(*entry, 0, entry->size, reason);
    message.internal_date = entry->internal_date;
    message.zone = entry->zone;
    return message;
  } catch (const Error& error) {
    if (error.fault() != Fault::not_found) throw;
    return std::nullopt;
  }
}

}  // namespace

void Mailbox::protect_with(std::shared_ptr<const Protect> protect) {
  open_->door->set(std::move(protect));
}

bool Mailbox::is_protected() const { return open_->door->protects(); }

std::optional<Uid> Mailbox::protect(FolderId folder, Uid uid, const Reason& reason) {
  const auto message = found(*this, folder, uid, reason);
  if (!message) return std::nullopt;
  std::vector<NewMessage> made(1);
  const auto& stored = Doorway::Pass(*open_->door)(*message, made.front());
  if (stored.octets == message->octets) return std::nullopt;
  bool is_gone = false;
  std::vector<MessageId> released;
  const auto remove = [&](Connection& connection) -> std::optional<Entry> {
    auto old = open_->removed(connection, folder, uid, released, reason);
    is_gone = !old;
    if (is_gone) throw Error(Fault::not_found, "the message was expunged");
    return old;
  };
  try {
    const auto uids = open_->append(folder, each_of(made), {}, Room::granted, reason, remove).uids;
    open_->settle(released, reason);
    return uids.front();
  } catch (const Error&) {
    if (!is_gone) throw;
    return std::nullopt;
  }
}

}  // namespace storage
