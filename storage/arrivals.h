#pragma once
// Mail that comes while nobody has the mailbox's key: sealed to its delivery key, durable, and kept
// in order until Mailbox::file_arrivals. Blocking pool only; any thread.

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "crypto/delivery_key.h"
#include "storage/quota.h"

namespace storage {

class MailDatabase;

class Arrivals {
 public:
  explicit Arrivals(MailDatabase& database) : database_(database) {}

  // On disk when this returns. Throws too_big, unavailable.
  void add(MailboxId, const crypto::DeliveryPublic&, std::string_view octets,
           UnixTime internal_date, std::int16_t zone);
  // Mailboxes that have some to file; whether one has; how many.
  std::vector<MailboxId> waiting();
  bool any(MailboxId);
  std::size_t count(MailboxId);
  Usage usage(MailboxId);  // messages, and octets as they lie sealed

 private:
  MailDatabase& database_;
};

}  // namespace storage
