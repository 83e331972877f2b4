#pragma once
// The monthly notice to owners who want it (policy/owner_ledger.h): a message in their INBOX, on
// the first of a month or when the server runs next. At most one a month: what was noted as sent
// when the server was killed is not sent again.

#include <string>

#include "policy/owner_ledger.h"
#include "policy/worker.h"
#include "server/delivery.h"

namespace server {

class LedgerNotices {
 public:
  LedgerNotices(policy::Ledger& ledger, policy::OwnerLedger& words, Delivery& delivery)
      : ledger_(ledger), words_(words), delivery_(delivery) {}

  void start();
  // Those that are due. Blocking; one thread at a time.
  void send(const std::stop_token&);

 private:
  bool sent(MailboxId);

  policy::Ledger& ledger_;
  policy::OwnerLedger& words_;
  Delivery& delivery_;
  std::unique_ptr<policy::Worker> worker_;
};

// The whole message, with CRLF line ends (RFC 5322, RFC 3834).
std::string ledger_notice_message(const policy::OwnerLedger::Notice&, const std::string& to,
                                  const std::string& host, UnixTime);

}  // namespace server
