#include "server/smtp/own_mail.h"

#include "base/log.h"

namespace server::smtp {

bool send_own(Backend& backend, const OwnMail& mail) {
  const auto found = backend.delivery.recipients().find(mail.recipient.text());
  if (found.locality == policy::Locality::local)
    return backend.delivery.deliver(*found.account, "Return-Path: <>\r\n" + mail.octets).outcome ==
           Delivered::ok;
  if (found.locality == policy::Locality::elsewhere && backend.send_out)
    return backend.send_out(mail);
  logging::info("own_mail_not_sent", {{"reason", "there is no way to its recipient"}});
  return false;
}

}  // namespace server::smtp
