#pragma once
// Which crossings of the ledger, and as what they are added up. Pure; any thread.

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>

#include "storage/ledger_record.h"

namespace policy {

// Nothing: all of them. Times are those of whole hours, or days where the ledger knows no hours.
struct LedgerFilter {
  std::optional<MailboxId> mailbox{};
  std::optional<DepId> dep{};
  std::optional<crypto::Cause> cause{};
  std::optional<crypto::ActorClass> kind{};
  std::optional<UnixTime> since{}, until{};

  bool takes(MailboxId, const storage::LedgerKey&) const;
  // What has no time any more is before all times.
  bool takes(storage::LedgerPeriod, std::uint8_t slot) const;
};

enum class LedgerColumn : std::uint8_t { mailbox, dep, cause, kind, actor, hour, day };

// From then on for so many seconds; none: in all time.
struct LedgerTime {
  UnixTime start = 0;
  std::int64_t seconds = 0;
  auto operator<=>(const LedgerTime&) const = default;
};

// What the crossings that are added up have in common; the columns that were asked for.
struct LedgerGroup {
  std::optional<MailboxId> mailbox{};
  std::optional<DepId> dep{};
  std::optional<crypto::Cause> cause{};
  std::optional<crypto::ActorClass> kind{};
  std::optional<crypto::Actor> actor{};
  std::optional<LedgerTime> time{};
  auto operator<=>(const LedgerGroup&) const = default;
};

class LedgerSums {
 public:
  LedgerSums(LedgerFilter filter, std::set<LedgerColumn> columns)
      : filter_(filter), columns_(std::move(columns)) {}

  void add(const storage::LedgerRecord&);

  const std::map<LedgerGroup, crypto::CrossingTotals>& groups() const { return groups_; }
  const crypto::CrossingTotals& total() const { return total_; }
  std::optional<UnixTime> since() const { return since_; }  // the first of any cause

 private:
  LedgerGroup group_of(const storage::LedgerRecord&, const storage::LedgerKey&) const;

  LedgerFilter filter_;
  std::set<LedgerColumn> columns_;
  std::map<LedgerGroup, crypto::CrossingTotals> groups_;
  crypto::CrossingTotals total_;
  std::optional<UnixTime> since_;
};

}  // namespace policy
