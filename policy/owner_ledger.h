#pragma once
// What the owner of a mailbox is told of its ledger: when asked, and by a notice each month if they
// want one. In words, for people. Blocking pool only.

#include <functional>
#include <optional>
#include <string>

#include "policy/ledger.h"

namespace policy {

class OwnerLedger {
 public:
  // `admin_name`: "eve (uid 1000)".
  OwnerLedger(Ledger&, std::function<std::string(crypto::AdminId)> admin_name);

  // Who opened the mailbox's mail, why and how often: in the last day, the last 30, and in all.
  std::string text(MailboxId);

  // The same of the calendar month before this one.
  struct Notice {
    std::string subject, text;
  };
  Notice notice(MailboxId);

  bool wants_notices(MailboxId id) { return ledger_.wants_notices(id); }
  void want_notices(MailboxId id, bool wanted) { ledger_.want_notices(id, wanted); }

 private:
  struct Period;
  std::string table(MailboxId, const std::vector<Period>&);
  std::string who(MailboxId, const crypto::Actor&);

  Ledger& ledger_;
  const std::function<std::string(crypto::AdminId)> admin_name_;
};

}  // namespace policy
