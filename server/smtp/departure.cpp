#include "server/smtp/departure.h"

#include "base/log.h"
#include "server/outgoing/outgoing.h"

namespace server::smtp {
namespace {

// RFC 5321 4.4: Return-Path is for the last server. It is the first field that we write.
std::string_view without_return_path(std::string_view octets) {
  const auto end = octets.find("\r\nReceived:");
  return octets.starts_with("Return-Path:") && end != octets.npos ? octets.substr(end + 2) : octets;
}

storage::SpoolEnvelope envelope_of(const Transaction& transaction) {
  const auto& mail = transaction.mail;
  storage::SpoolEnvelope out;
  out.sender = mail.sender.wire();
  out.parameters = parameters(mail.dsn);
  out.utf8 = mail.utf8;
  out.require_tls = mail.require_tls;
  for (const auto& [address, dsn] : transaction.elsewhere)
    out.recipients.push_back({address.wire(), parameters(dsn)});
  return out;
}

}  // namespace

Departure::Departure(Backend& backend, const Transaction& transaction, const Message& message,
                     const std::optional<storage::Account>& submitter)
    : outgoing_(backend.outgoing) {
  if (transaction.elsewhere.empty()) return;
  id_ = outgoing_->prepare(submitter.value().mailbox, envelope_of(transaction),
                           without_return_path(message.octets));
}

Departure::~Departure() {
  if (!id_) return;
  try {
    outgoing_->withdraw(*id_);
  } catch (const Error& error) {  // it goes with the next start
    logging::warning("departure_not_withdrawn", {{"id", *id_}, {"reason", error.what()}});
  }
}

void Departure::take_over() {
  if (!id_) return;
  outgoing_->take_over(*id_);
  id_.reset();
}

bool send_out(outgoing::Outgoing& outgoing, const OwnMail& mail) {
  storage::SpoolEnvelope envelope;
  envelope.utf8 = mail.utf8;
  envelope.require_tls = mail.require_tls;
  envelope.recipients = {{mail.recipient.wire(), ""}};
  try {
    outgoing.take_over(outgoing.prepare(mail.mailbox, std::move(envelope), mail.octets));
    return true;
  } catch (const Error& error) {
    logging::warning("own_mail_not_sent", {{"reason", error.what()}});
    return false;
  }
}

}  // namespace server::smtp
