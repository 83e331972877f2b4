#include "server/delivery.h"

#include "base/error.h"
#include "base/log.h"
#include "imap/mime/prepare.h"

namespace server {
namespace {

constexpr std::size_t filed_at_once = 64;  // messages

// What a stranger is told is less than what the log is told.
DeliveryResult outcome_of(const storage::Account& account, const Error& error) {
  logging::warning("delivery_failed", {{"account", account.id.value},
                                       {"mailbox", account.mailbox.value},
                                       {"fault", name_of(error.fault())},
                                       {"reason", error.what()}});
  switch (error.fault()) {
    case Fault::too_big:
      return {Delivered::failed, "the message is too big for the mailbox"};
    case Fault::over_quota:
      return {Delivered::full, "the mailbox is full"};
    case Fault::not_found:
    case Fault::invalid:
    case Fault::exists:
    case Fault::denied:
    case Fault::read_only:
    case Fault::limit:
    case Fault::corrupt:
    case Fault::unavailable:
      break;
  }
  return {Delivered::try_later, "the mailbox cannot take mail now, try again later"};
}

storage::Reason as_system() { return {crypto::Cause::deliver, crypto::Actor::service()}; }

}  // namespace

Delivery::Delivery(policy::Recipients& recipients, policy::Mailboxes& mailboxes, const Clock& clock,
                   std::string host_name)
    : recipients_(recipients),
      mailboxes_(mailboxes),
      clock_(clock),
      host_name_(std::move(host_name)) {}

// Nothing where only the delivery key is left to seal with.
std::shared_ptr<storage::Mailbox> Delivery::opened(const storage::Account& account) {
  const auto id = account.mailbox;
  try {
    return mailboxes_.open(id, crypto::ActorClass::system);
  } catch (const Error& error) {
    const bool no_key = error.fault() == Fault::denied || error.fault() == Fault::unavailable;
    if (!no_key || !mailboxes_.takes_arrivals(id)) throw;
    return nullptr;
  }
}

DeliveryResult Delivery::ready(const storage::Account& account) {
  try {
    const auto mailbox = opened(account);
    if (mailbox) mailbox->require_room({.octets = 1, .messages = 1}, as_system());
    return {Delivered::ok, "ready"};
  } catch (const Error& error) {
    return outcome_of(account, error);
  }
}

DeliveryResult Delivery::deliver(const storage::Account& account, const std::string& octets) {
  try {
    const auto mailbox = opened(account);
    // What came before comes first.
    if (!mailbox || mailboxes_.has_arrivals(account.mailbox)) {
      mailboxes_.arrive(account.mailbox, octets, clock_.now(), 0);
      return {Delivered::ok, "delivered"};
    }
    const auto inbox = mailbox->tree()->folder("INBOX");
    std::vector<storage::NewMessage> messages;
    messages.push_back(imap::mime::prepare(octets, {}, clock_.now(), 0));
    mailbox->append(inbox, std::move(messages), as_system());
    return {Delivered::ok, "delivered"};
  } catch (const Error& error) {
    return outcome_of(account, error);
  }
}

void Delivery::file(MailboxId id) {
  const auto mailbox = mailboxes_.open(id, crypto::ActorClass::system);
  const auto prepared = [](std::string octets, UnixTime date, std::int16_t zone) {
    return imap::mime::prepare(std::move(octets), {}, date, zone);
  };
  std::size_t filed = 0;
  while (const auto some = mailbox->file_arrivals(filed_at_once, prepared, as_system()))
    filed += some;
  logging::info("delivery.arrivals_filed", {{"mailbox", id.value}, {"messages", filed}});
}

// The ring looks after DEP keys that are wanted; here they are only asked for once.
void Delivery::file_arrivals() {
  for (const auto id : mailboxes_.with_arrivals()) try {
      if (!tried_.insert(id).second && !mailboxes_.has_access(id)) continue;
      file(id);
    } catch (const Error& error) {
      logging::info("delivery.arrivals_wait", {{"mailbox", id.value}, {"reason", error.what()}});
    }
}

}  // namespace server
