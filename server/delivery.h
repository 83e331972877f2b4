#pragma once
// A message into a mailbox, once accepted by SMTP, submission or LMTP: prepared, sealed, durable,
// then acknowledged. Also where notices and bounces of our own enter.

#include <string>
#include <vector>

#include "base/task.h"
#include "policy/mailboxes.h"
#include "policy/recipients.h"

namespace server {

struct Envelope {
  std::string sender;                   // empty: <>
  std::vector<std::string> recipients;  // as given in RCPT TO
};

enum class Delivered {
  ok,
  try_later,  // disk, vault, or a key that is refused now
  failed      // for ever
};

struct DeliveryResult {
  Delivered outcome = Delivered::failed;
  std::string text;  // for the client; says nothing of keys or disks
};

class Delivery {
 public:
  Delivery(policy::Recipients&, policy::Mailboxes&, const Clock&, std::string host_name);

  // Could the mailbox take mail now? Opens it, so that deliver() finds it open. Blocking pool only.
  DeliveryResult ready(const storage::Account&);

  // Into INBOX of one account, as a system actor; `octets` already has Received and Return-Path.
  // Durable when it returns ok. Blocking pool only.
  DeliveryResult deliver(const storage::Account&, const std::string& octets);

  const policy::Recipients& recipients() const { return recipients_; }
  const std::string& host_name() const { return host_name_; }
  const Clock& clock() const { return clock_; }

 private:
  policy::Recipients& recipients_;
  policy::Mailboxes& mailboxes_;
  const Clock& clock_;
  std::string host_name_;
};

}  // namespace server
