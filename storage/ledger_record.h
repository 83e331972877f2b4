#pragma once
// Records of ledger.db: their plain form and which row they are in (crypto/FORMAT.md section 15).
// Pure; any thread.

#include <cstdint>
#include <map>
#include <set>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/ids.h"
#include "crypto/crossing.h"
#include "crypto/keys.h"

namespace storage {

// What a record is of. The numbers are stored format.
enum class LedgerSpan : std::uint8_t {
  day = 1,       // slots are hours, 0 to 23
  month = 2,     // slots are days, 1 to 31
  all_time = 3,  // one slot, 0; lists the other records of its mailbox
};

// All times are UTC. A day is named by its number since 1970-01-01, a month by year * 12 + month
// (0 to 11) and all time by 0.
struct LedgerPeriod {
  LedgerSpan span = LedgerSpan::all_time;
  std::int32_t number = 0;
  auto operator<=>(const LedgerPeriod&) const = default;
};
LedgerPeriod day_of(UnixTime);
LedgerPeriod month_of(LedgerPeriod day);
std::uint8_t hour_of(UnixTime);
std::uint8_t day_in_month(LedgerPeriod day);
UnixTime start_of(LedgerPeriod, std::uint8_t slot);  // 0 for all time
std::int64_t seconds_in(LedgerSpan);                 // of a slot; 0 for all time

struct LedgerKey {
  std::uint8_t slot = 0;
  DepId dep;
  crypto::Cause cause;
  crypto::Actor actor;
  auto operator<=>(const LedgerKey&) const = default;
};

struct LedgerRecord {
  MailboxId mailbox;
  LedgerPeriod period;
  std::map<LedgerKey, crypto::CrossingTotals> counts{};
  // Of all time only:
  UnixTime since = 0;               // the hour of the first crossing
  std::set<LedgerPeriod> others{};  // days and months that have records
};

Bytes encoded(const LedgerRecord&);
LedgerRecord decoded_ledger(ByteView);  // throws corrupt

// Who wants a notice each month.
struct LedgerNotice {
  MailboxId mailbox;
  std::int32_t last = 0;  // the number of the month in which one was sent, or it was asked for
};

Bytes encoded(const LedgerNotice&);
LedgerNotice decoded_notice(ByteView);  // throws corrupt

std::int64_t ledger_row(const crypto::DirectoryKey&, MailboxId, LedgerPeriod);
std::int64_t notice_row(const crypto::DirectoryKey&, MailboxId);

}  // namespace storage
