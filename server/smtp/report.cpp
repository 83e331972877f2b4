#include "server/smtp/report.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"
#include "crypto/locked_memory.h"
#include "server/smtp/own_mail.h"

namespace server::smtp {
namespace {

using imap::mime::Action;

std::string unique_word() { return to_hex(crypto::random_bytes(16)); }

bool is_success(Action action) { return action != Action::failed && action != Action::delayed; }

std::optional<imap::mime::OriginalAddress> original_address(const DsnOfRecipient& dsn) {
  if (!dsn.original) return {};
  return imap::mime::OriginalAddress{dsn.original->type, dsn.original->address()};
}

imap::mime::Reported reported(const Outcome& outcome) {
  imap::mime::Reported out;
  out.recipient = outcome.recipient.wire();
  out.action = outcome.action;
  out.status = outcome.status.empty() ? outcome.reply.status : outcome.status;
  out.reason = outcome.reason;
  if (!is_success(outcome.action) && outcome.reply.code != 0)  // RFC 3464 2.3.6
    out.diagnostic =
        fmt::format("{} {} {}", outcome.reply.code, outcome.reply.status, outcome.reply.text);
  out.original = original_address(outcome.dsn);
  out.remote = outcome.remote;
  out.last_attempt = outcome.last_attempt;
  out.tried_until = outcome.tried_until;
  return out;
}

}  // namespace

bool is_reported(const Outcome& outcome) {
  const auto wanted = outcome.dsn.wanted();
  if (outcome.action == Action::failed) return wanted.failure;
  return outcome.action == Action::delayed ? wanted.delay : wanted.success;
}

std::optional<std::string> report(const std::string& host, UnixTime now, const Original& original,
                                  const std::vector<Outcome>& outcomes) {
  const auto& mail = original.mail;
  if (mail.sender.is_null()) return {};  // RFC 5321 4.5.5
  imap::mime::Report out;
  out.reporter = host;
  out.from = {"Mail delivery", "postmaster@" + host};
  out.to = {"", mail.sender.wire()};
  for (const auto& outcome : outcomes)
    if (is_reported(outcome)) out.recipients.push_back(reported(outcome));
  if (out.recipients.empty()) return {};
  out.original = original.octets;
  out.envelope_id = mail.dsn.envelope_id_text();
  out.arrived = original.arrived;
  if (mail.dsn.returned == Returned::full && !mail.require_tls)  // RFC 8689 5
    out.content = imap::mime::Content::all;
  if (mail.utf8) out.form = imap::mime::Form::international;
  try {
    return written(out, {unique_word() + '@' + host, unique_word(), now, 0});
  } catch (const Error& error) {
    logging::warning("report_not_written", {{"reason", error.what()}});
    return {};
  }
}

bool tell(Backend& backend, const Original& original, const std::vector<Outcome>& outcomes) {
  if (std::ranges::none_of(outcomes, is_reported)) return true;
  const auto& delivery = backend.delivery;
  auto octets = report(delivery.host_name(), delivery.clock().now(), original, outcomes);
  return octets && send_own(backend, {original.mailbox, original.mail.sender, *std::move(octets),
                                      original.mail.utf8, original.mail.require_tls});
}

}  // namespace server::smtp
