#include "policy/ledger.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace policy {

namespace {

constexpr std::chrono::seconds interval{1};
constexpr std::size_t news_limit = 4096;
constexpr std::size_t aged_at_once = 256;  // mailboxes in a transaction
constexpr UnixTime hour = 3600;

std::vector<storage::LedgerAddition> additions_of(const auto& pending) {
  std::vector<storage::LedgerAddition> all;
  for (const auto& [where, totals] : pending)
    all.push_back({where.hour, where.mailbox, where.dep, where.cause, where.actor, totals});
  return all;
}

}  // namespace

Ledger::Ledger(storage::Ledger& rows, storage::Directory& directory, const Clock& clock)
    : rows_(rows), directory_(directory), clock_(clock) {}

Ledger::~Ledger() {
  worker_.reset();
  try {
    flush();
  } catch (const Error& error) {
    logging::error("ledger.lost", {{"reason", error.what()}});
  }
}

void Ledger::start() {
  worker_ =
      std::make_unique<Worker>("ledger", interval, [this](const std::stop_token&) { work(); });
}

void Ledger::work() {
  flush();
  check();
  age();
}

// Once: where the file cannot be read, each further look would say the same.
void Ledger::check() try {
  if (!std::exchange(checked_, true)) rows_.check_rows();
} catch (const Error& error) {
  logging::error("ledger.unchecked", {{"reason", error.what()}});
}

// Each day, and a few at a time: what is counted meanwhile must not wait.
void Ledger::age() {
  const auto now = clock_.now();
  const auto today = storage::day_of(now);
  if (today_ != today) old_ = rows_.to_be_aged(now);
  today_ = today;
  if (old_.empty()) return;
  const auto left = old_.size() - std::min(old_.size(), aged_at_once);
  rows_.age(std::span(old_).subspan(left), now);
  old_.resize(left);
}

// Of a mailbox that is gone, or cannot be looked up now, what it was under last.
DepId Ledger::dep_of(MailboxId mailbox) {
  const auto [known, fresh] = deps_.try_emplace(mailbox);
  if (!fresh && deps_at_ == directory_.changes()) return known->second;
  try {
    known->second = directory_.mailbox(mailbox).dep;
  } catch (const Error&) {  // what was counted must not be lost
  }
  return known->second;
}

void Ledger::collect() {
  const auto now = clock_.now();
  const auto changes = directory_.changes();
  for (const auto& [crossing, totals] : crypto::take_crossings()) {
    const Where where{now - now % hour, crossing.mailbox, dep_of(crossing.mailbox), crossing.cause,
                      crossing.actor};
    pending_[where] += totals;
    news_.push_back(
        {++counted_, {now, where.mailbox, where.dep, where.cause, where.actor, totals}});
  }
  deps_at_ = changes;
  while (news_.size() > news_limit) news_.pop_front();
}

void Ledger::flush() {
  const std::lock_guard flushing(flushing_);
  Pending taken;
  {
    const std::lock_guard lock(collecting_);
    collect();
    taken = std::exchange(pending_, {});
  }
  if (taken.empty()) return;
  try {
    rows_.add(additions_of(taken));
  } catch (const Error&) {
    const std::lock_guard lock(collecting_);
    for (const auto& [where, totals] : taken) pending_[where] += totals;
    throw;
  }
}

LedgerSums Ledger::sums(const LedgerFilter& filter, std::set<LedgerColumn> columns) {
  flush();
  LedgerSums sums(filter, std::move(columns));
  const auto add = [&](const storage::LedgerRecord& record) { sums.add(record); };
  if (filter.mailbox) {
    rows_.read(*filter.mailbox, add);
  } else {
    rows_.read_all(add);
  }
  return sums;
}

Ledger::Live Ledger::live(std::uint64_t after, const LedgerFilter& filter) {
  const std::lock_guard lock(collecting_);
  collect();
  const auto forgotten = counted_ - news_.size();
  Live found{{}, forgotten > after ? forgotten - after : 0, counted_};
  for (const auto& one : news_) {
    const auto& counted = one.counted;
    if (one.number > after &&
        filter.takes(counted.mailbox, {0, counted.dep, counted.cause, counted.actor}))
      found.news.push_back(one);
  }
  return found;
}

std::uint64_t Ledger::newest() {
  const std::lock_guard lock(collecting_);
  collect();
  return counted_;
}

// ---- notices

bool Ledger::wants_notices(MailboxId mailbox) { return rows_.notice(mailbox).has_value(); }

// The first one is of this month: nobody is told twice who changes his mind.
void Ledger::want_notices(MailboxId mailbox, bool wanted) {
  if (!wanted) return rows_.remove_notice(mailbox);
  if (rows_.notice(mailbox)) return;
  rows_.set_notice({mailbox, month_of(storage::day_of(clock_.now())).number});
}

// A clock that was set back makes no month come again.
std::vector<MailboxId> Ledger::due_notices() {
  const auto month = month_of(storage::day_of(clock_.now())).number;
  std::vector<MailboxId> due;
  for (auto notice : rows_.notices()) {
    if (notice.last >= month) continue;
    notice.last = month;
    rows_.set_notice(notice);
    due.push_back(notice.mailbox);
  }
  return due;
}

void Ledger::not_told(MailboxId mailbox) {
  if (auto notice = rows_.notice(mailbox)) {
    --notice->last;
    rows_.set_notice(*notice);
  }
}

}  // namespace policy
