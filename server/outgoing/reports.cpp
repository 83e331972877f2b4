#include "server/outgoing/reports.h"

#include <algorithm>

#include "base/log.h"
#include "server/smtp/report.h"

namespace server::outgoing {
namespace {

using imap::mime::Action;
using storage::SpoolOutcome;
using storage::SpoolRecipient;

bool is_finished(const SpoolRecipient& recipient) {
  return recipient.outcome != SpoolOutcome::waiting;
}

// What was put in by us is read by the same parser that has read it from the client.
smtp::RecipientArguments arguments_of(const SpoolRecipient& recipient) {
  return smtp::parse_recipient("TO:<" + recipient.address + '>' + recipient.parameters);
}

smtp::MailArguments arguments_of(const storage::SpoolEnvelope& envelope) {
  auto out = smtp::parse_mail("FROM:<" + envelope.sender + '>' +
                              (envelope.utf8 ? " SMTPUTF8" : "") + envelope.parameters);
  out.require_tls = envelope.require_tls;
  return out;
}

// It failed, and what was said of it at last was not for ever.
bool is_expired(const SpoolRecipient& recipient) {
  const auto& said = recipient.reply;
  const bool for_ever = said.code != 0 ? said.code / 100 == 5 : said.status.starts_with('5');
  return recipient.outcome == SpoolOutcome::failed && !for_ever;
}

// RFC 3464 2.3.5 to 2.3.7: the next server is named, its reply told and the attempt dated where it
// did answer, and nowhere else.
smtp::Outcome outcome_of(const World& world, const SpoolRecipient& recipient, Action action) {
  const auto [address, dsn] = arguments_of(recipient);
  const auto& said = recipient.reply;
  const bool answered = said.code != 0;
  smtp::Outcome out{address, dsn, action, {said.code, said.status, said.text}, {}};
  if (answered && world.settings.host) out.remote = world.settings.host->host;
  if (answered) out.last_attempt = world.clock.now();
  if (said.status.empty()) out.status = "4.0.0";
  if (is_expired(recipient)) {
    out.status = "4.4.7";  // RFC 3463 3.5
    out.reason = "tried for too long; at last:";
  }
  if (!answered) out.reason += (out.reason.empty() ? "" : " ") + said.text;
  return out;
}

// True when it is in the INBOX, or nobody could be told even later.
bool delivered(World& world, MailboxId mailbox, const std::string& report) {
  try {
    const auto account = world.directory.account(world.directory.mailbox(mailbox).account);
    return world.delivery.deliver(account, "Return-Path: <>\r\n" + report).outcome !=
           Delivered::try_later;
  } catch (const Error& error) {
    if (error.fault() == Fault::not_found) return true;
    logging::warning("outgoing.not_reported", {{"reason", error.what()}});
    return false;
  }
}

bool told(World& world, OpenLetter& letter, const std::vector<smtp::Outcome>& outcomes) {
  const auto& envelope = letter.envelope;
  if (envelope.sender.empty() || std::ranges::none_of(outcomes, smtp::is_reported)) return true;
  const smtp::Original original{arguments_of(envelope), letter.octets(), envelope.accepted,
                                letter.mailbox()};
  const auto report =
      smtp::report(world.delivery.host_name(), world.clock.now(), original, outcomes);
  return !report || delivered(world, letter.mailbox(), *report);
}

}  // namespace

smtp::Notify wanted(const SpoolRecipient& recipient) {
  return arguments_of(recipient).dsn.wanted();
}

bool report_finished(World& world, OpenLetter& letter) {
  auto& recipients = letter.envelope.recipients;
  std::vector<smtp::Outcome> outcomes;
  for (const auto& recipient : recipients)
    if (is_finished(recipient))
      outcomes.push_back(
          outcome_of(world, recipient,
                     recipient.outcome == SpoolOutcome::failed ? Action::failed : Action::relayed));
  if (!told(world, letter, outcomes)) return false;
  std::erase_if(recipients, is_finished);
  return true;
}

bool report_delay(World& world, OpenLetter& letter) {
  const auto& envelope = letter.envelope;
  std::vector<smtp::Outcome> outcomes;
  for (const auto& recipient : envelope.recipients) {
    if (is_finished(recipient)) continue;
    outcomes.push_back(outcome_of(world, recipient, Action::delayed));
    outcomes.back().tried_until = envelope.accepted + world.settings.retry.expiry.count();
  }
  return told(world, letter, outcomes);
}

}  // namespace server::outgoing
