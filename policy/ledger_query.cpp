#include "policy/ledger_query.h"

#include <algorithm>

namespace policy {

namespace {

template <class Value>
bool is(const std::optional<Value>& wanted, const Value& found) {
  return !wanted || *wanted == found;
}

LedgerTime time_of(storage::LedgerPeriod period, std::uint8_t slot, bool by_hour) {
  const auto seconds = seconds_in(period.span);
  if (period.span != storage::LedgerSpan::day || by_hour) return {start_of(period, slot), seconds};
  return {start_of(period, 0), seconds_in(storage::LedgerSpan::month)};
}

}  // namespace

bool LedgerFilter::takes(MailboxId of, const storage::LedgerKey& key) const {
  return is(mailbox, of) && is(dep, key.dep) && is(cause, key.cause) && is(kind, key.actor.kind);
}

bool LedgerFilter::takes(storage::LedgerPeriod period, std::uint8_t slot) const {
  if (period.span == storage::LedgerSpan::all_time) return !since;
  const auto start = start_of(period, slot);
  return (!since || start + seconds_in(period.span) > *since) && (!until || start < *until);
}

LedgerGroup LedgerSums::group_of(const storage::LedgerRecord& record,
                                 const storage::LedgerKey& key) const {
  const auto asked = [&](LedgerColumn column) { return columns_.contains(column); };
  LedgerGroup group;
  if (asked(LedgerColumn::mailbox)) group.mailbox = record.mailbox;
  if (asked(LedgerColumn::dep)) group.dep = key.dep;
  if (asked(LedgerColumn::cause)) group.cause = key.cause;
  if (asked(LedgerColumn::kind)) group.kind = key.actor.kind;
  if (asked(LedgerColumn::actor)) group.actor = key.actor;
  const bool by_hour = asked(LedgerColumn::hour);
  if (by_hour || asked(LedgerColumn::day)) group.time = time_of(record.period, key.slot, by_hour);
  return group;
}

void LedgerSums::add(const storage::LedgerRecord& record) {
  if (filter_.mailbox && *filter_.mailbox != record.mailbox) return;
  if (record.since != 0) since_ = std::min(since_.value_or(record.since), record.since);
  for (const auto& [key, totals] : record.counts) {
    if (!filter_.takes(record.mailbox, key) || !filter_.takes(record.period, key.slot)) continue;
    groups_[group_of(record, key)] += totals;
    total_ += totals;
  }
}

}  // namespace policy
