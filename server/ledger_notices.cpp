#include "server/ledger_notices.h"

#include <fmt/format.h>

#include "base/log.h"
#include "crypto/locked_memory.h"
#include "server/smtp/trace.h"

namespace server {
namespace {

constexpr std::chrono::seconds interval{60};

std::string with_crlf(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') out += '\r';
    out += c;
  }
  return out;
}

}  // namespace

std::string ledger_notice_message(const policy::OwnerLedger::Notice& notice, const std::string& to,
                                  const std::string& host, UnixTime time) {
  const auto header = fmt::format(
      "Return-Path: <>\n"
      "Date: {}\n"
      "From: Sealpost <postmaster@{}>\n"
      "To: <{}>\n"
      "Subject: {}\n"
      "Message-ID: <{}@{}>\n"
      "Auto-Submitted: auto-generated\n"
      "MIME-Version: 1.0\n"
      "Content-Type: text/plain; charset=utf-8\n"
      "Content-Transfer-Encoding: 8bit\n"
      "\n",
      smtp::mail_date(time), host, to, notice.subject, to_hex(crypto::random_bytes(16)), host);
  return with_crlf(header + notice.text);
}

void LedgerNotices::start() {
  worker_ = std::make_unique<policy::Worker>("ledger_notices", interval,
                                             [this](const std::stop_token& stop) { send(stop); });
}

void LedgerNotices::send(const std::stop_token& stop) {
  for (const auto mailbox : ledger_.due_notices())
    if (stop.stop_requested() || !sent(mailbox)) ledger_.not_told(mailbox);
}

bool LedgerNotices::sent(MailboxId mailbox) {
  try {
    auto& directory = ledger_.directory();
    const auto account = directory.account(directory.mailbox(mailbox).account);
    const auto message = ledger_notice_message(words_.notice(mailbox), account.name,
                                               delivery_.host_name(), ledger_.clock().now());
    return delivery_.deliver(account, message).outcome == Delivered::ok;
  } catch (const Error& error) {
    if (error.fault() == Fault::not_found) ledger_.want_notices(mailbox, false);  // it is gone
    logging::warning("ledger_notice_not_sent",
                     {{"mailbox", mailbox.value}, {"reason", error.what()}});
    return false;
  }
}

}  // namespace server
