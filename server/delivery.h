#pragma once
// A message into a mailbox, once accepted by SMTP, submission or LMTP: prepared, sealed, durable,
// then acknowledged. Also where notices and bounces of our own enter.

#include <set>
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
  full,       // the recipient can make room, or get more
  try_later,  // disk; or no key, and none to seal with either
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
  // Where the mailbox's key cannot be had, sealed to its delivery key until it can (D11). Durable
  // when it returns ok. Blocking pool only.
  DeliveryResult deliver(const storage::Account&, const std::string& octets);

  // For a job, every second: files what has arrived so in mailboxes whose key can be had again.
  // Blocking pool only; one thread at a time.
  void file_arrivals();

  const policy::Recipients& recipients() const { return recipients_; }
  const std::string& host_name() const { return host_name_; }
  const Clock& clock() const { return clock_; }

 private:
  std::shared_ptr<storage::Mailbox> opened(const storage::Account&);
  void file(MailboxId);

  policy::Recipients& recipients_;
  policy::Mailboxes& mailboxes_;
  const Clock& clock_;
  std::string host_name_;
  std::set<MailboxId> tried_;  // by file_arrivals, since the start
};

}  // namespace server
