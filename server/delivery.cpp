#include "server/delivery.h"

#include "base/error.h"
#include "base/log.h"
#include "imap/mime/prepare.h"

namespace server {
namespace {

// What a stranger is told is less than what the log is told.
DeliveryResult outcome_of(const storage::Account& account, const Error& error) {
  logging::warning("delivery_failed", {{"account", account.id.value},
                                       {"mailbox", account.mailbox.value},
                                       {"fault", name_of(error.fault())},
                                       {"reason", error.what()}});
  switch (error.fault()) {
    case Fault::too_big:
      return {Delivered::failed, "the message is too big for the mailbox"};
    case Fault::not_found:
    case Fault::over_quota:
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

storage::Reason as_system() { return {crypto::Cause::deliver, crypto::Actor()}; }

}  // namespace

Delivery::Delivery(policy::Recipients& recipients, policy::Mailboxes& mailboxes, const Clock& clock,
                   std::string host_name)
    : recipients_(recipients),
      mailboxes_(mailboxes),
      clock_(clock),
      host_name_(std::move(host_name)) {}

DeliveryResult Delivery::ready(const storage::Account& account) {
  try {
    mailboxes_.open(account.mailbox);
    return {Delivered::ok, "ready"};
  } catch (const Error& error) {
    return outcome_of(account, error);
  }
}

DeliveryResult Delivery::deliver(const storage::Account& account, const std::string& octets) {
  try {
    const auto mailbox = mailboxes_.open(account.mailbox);
    const auto inbox = mailbox->tree()->folder("INBOX");
    std::vector<storage::NewMessage> messages;
    messages.push_back(imap::mime::prepare(octets, {}, clock_.now(), 0));
    mailbox->append(inbox, std::move(messages), as_system());
    return {Delivered::ok, "delivered"};
  } catch (const Error& error) {
    return outcome_of(account, error);
  }
}

}  // namespace server
