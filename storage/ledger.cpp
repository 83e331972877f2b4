#include "storage/ledger.h"

#include <algorithm>

#include "base/log.h"
#include "crypto/aead.h"
#include "storage/migrations.h"

namespace storage {
namespace {

constexpr std::int64_t wal_size_is_small = 0;  // SQLite itself keeps it so
constexpr LedgerPeriod all_time{LedgerSpan::all_time, 0};

bool is_old(LedgerPeriod period, LedgerPeriod today) {
  if (period.span == LedgerSpan::day) return period.number <= today.number - ledger_days;
  return period.number <= month_of(today).number - ledger_months;
}

void log_damage(std::int64_t row, const Error& error) {
  logging::error("ledger.damaged", {{"row", row}, {"reason", error.what()}});
}

}  // namespace

Ledger::Ledger(const std::filesystem::path& data, crypto::ServiceKeys& keys, Anchors& anchors)
    : file_(data / "ledger.db"),
      key_(keys.directory_key()),
      lock_(data / "ledger.owner"),
      anchors_(anchors),
      connection_(file_, Connection::Mode::write),
      checkpointer_(file_) {
  migrate(connection_, FileKind::ledger, ledger_schema(), file_.string());
  check_generation();
}

void Ledger::change(const std::function<void(LedgerEdit&)>& work) {
  const std::lock_guard lock(writing_);
  LedgerEdit edit(connection_, key_, older_ ? std::nullopt : std::optional(now_));
  work(edit);
  if (auto after = edit.commit()) believe(std::move(*after));
  checkpointer_.committed(wal_size_is_small);
}

std::optional<LedgerRecord> Ledger::opened(std::int64_t row, ByteView sealed) const try {
  auto record = decoded_ledger(
      crypto::Aead::open_record(key_, ledger_place(row, LedgerPart::counts), sealed));
  if (ledger_row(key_, record.mailbox, record.period) != row)
    throw Error(Fault::corrupt, "ledger.db: the record is of another row");
  return record;
} catch (const Error& error) {
  if (error.fault() != Fault::corrupt) throw;
  log_damage(row, error);
  return std::nullopt;
}

std::optional<LedgerRecord> Ledger::found(Connection& connection, MailboxId mailbox,
                                          LedgerPeriod period) const {
  const auto id = ledger_row(key_, mailbox, period);
  auto row = connection.query("select sealed from ledger where id = ?", id);
  if (!row.next()) return std::nullopt;
  return opened(id, row.blob(0));
}

LedgerRecord Ledger::found_or_new(MailboxId mailbox, LedgerPeriod period) {
  if (auto record = found(connection_, mailbox, period)) return std::move(*record);
  return {.mailbox = mailbox, .period = period};
}

void Ledger::keep(LedgerEdit& edit, const LedgerRecord& record) {
  edit.put(LedgerPart::counts, ledger_row(key_, record.mailbox, record.period), encoded(record));
}

void Ledger::remove(LedgerEdit& edit, MailboxId mailbox, LedgerPeriod period) {
  edit.remove(LedgerPart::counts, ledger_row(key_, mailbox, period));
}

// The record of all time names this day. One that is new, or was destroyed, names all that is
// there.
void Ledger::list(LedgerEdit& edit, MailboxId mailbox, LedgerPeriod day, std::uint8_t hour) {
  auto all = found_or_new(mailbox, all_time);
  if (all.others.contains(day)) return;
  if (all.since == 0) {
    all.others = present(mailbox, day);
    all.since = start_of(day, hour);
    for (const auto& period : all.others)
      all.since = std::min(all.since, start_of(period, period.span == LedgerSpan::month ? 1 : 0));
  }
  all.others.insert(day);
  keep(edit, all);
}

std::set<LedgerPeriod> Ledger::present(MailboxId mailbox, LedgerPeriod today) {
  std::set<LedgerPeriod> found;
  const auto look = [&](LedgerPeriod period) {
    const auto id = ledger_row(key_, mailbox, period);
    if (connection_.number("select 1 from ledger where id = ?", id)) found.insert(period);
  };
  for (std::int32_t n = 1; n < ledger_days; ++n) look({LedgerSpan::day, today.number - n});
  for (std::int32_t n = 0; n < ledger_months; ++n)
    look({LedgerSpan::month, month_of(today).number - n});
  return found;
}

void Ledger::add(std::span<const LedgerAddition> additions) {
  std::map<std::pair<MailboxId, LedgerPeriod>, std::vector<const LedgerAddition*>> by_day;
  for (const auto& one : additions) by_day[{one.mailbox, day_of(one.time)}].push_back(&one);

  change([&](LedgerEdit& edit) {
    for (const auto& [where, some] : by_day) {
      const auto& [mailbox, day] = where;
      list(edit, mailbox, day, hour_of(some.front()->time));
      auto record = found_or_new(mailbox, day);
      for (const auto* one : some)
        record.counts[{hour_of(one->time), one->dep, one->cause, one->actor}] += one->totals;
      keep(edit, record);
    }
  });
}

void Ledger::read(MailboxId mailbox, const Each& each) {
  Connection connection(file_, Connection::Mode::read);
  const SqlTransaction snapshot(connection, SqlTransaction::Kind::deferred);
  const auto all = found(connection, mailbox, all_time);
  if (!all) return;
  each(*all);
  for (const auto& period : all->others) {
    if (const auto record = found(connection, mailbox, period)) {
      each(*record);
    } else {
      logging::error("ledger.missing", {{"mailbox", mailbox.value}, {"period", period.number}});
    }
  }
}

void Ledger::read_all(const Each& each) {
  Connection connection(file_, Connection::Mode::read);
  auto rows = connection.query("select id, sealed from ledger");
  while (rows.next())
    if (const auto record = opened(rows.integer(0), rows.blob(1))) each(*record);
}

// ---- ageing

std::vector<MailboxId> Ledger::to_be_aged(UnixTime now) {
  const auto today = day_of(now);
  std::vector<MailboxId> found;
  read_all([&](const LedgerRecord& record) {
    if (std::ranges::any_of(record.others, [&](auto period) { return is_old(period, today); }))
      found.push_back(record.mailbox);
  });
  return found;
}

void Ledger::age(std::span<const MailboxId> mailboxes, UnixTime now) {
  change([&](LedgerEdit& edit) {
    for (const auto mailbox : mailboxes) age(edit, mailbox, now);
  });
}

void Ledger::age(LedgerEdit& edit, MailboxId mailbox, UnixTime now) {
  const auto today = day_of(now);
  auto all = found_or_new(mailbox, all_time);
  for (const auto& period : std::set(all.others))
    if (period.span == LedgerSpan::day && is_old(period, today))
      fold(edit, all, period, month_of(period));
  for (const auto& period : std::set(all.others))
    if (period.span == LedgerSpan::month && is_old(period, today))
      fold(edit, all, period, all_time);
  keep(edit, all);
}

void Ledger::fold(LedgerEdit& edit, LedgerRecord& all, LedgerPeriod from, LedgerPeriod to) {
  const auto source = found_or_new(all.mailbox, from);
  auto month = to == all_time ? LedgerRecord() : found_or_new(all.mailbox, to);
  auto& target = to == all_time ? all : month;
  const auto slot = to == all_time ? std::uint8_t{0} : day_in_month(from);
  for (const auto& [key, totals] : source.counts)
    target.counts[{slot, key.dep, key.cause, key.actor}] += totals;
  all.others.erase(from);
  remove(edit, all.mailbox, from);
  if (to == all_time) return;
  all.others.insert(to);
  keep(edit, month);
}

// ---- notices

std::optional<LedgerNotice> Ledger::opened_notice(std::int64_t row, ByteView sealed) const try {
  const auto notice = decoded_notice(
      crypto::Aead::open_record(key_, ledger_place(row, LedgerPart::notice), sealed));
  if (notice_row(key_, notice.mailbox) != row)
    throw Error(Fault::corrupt, "ledger.db: the notice is of another row");
  return notice;
} catch (const Error& error) {
  if (error.fault() != Fault::corrupt) throw;
  log_damage(row, error);
  return std::nullopt;
}

std::vector<LedgerNotice> Ledger::notices() {
  Connection connection(file_, Connection::Mode::read);
  std::vector<LedgerNotice> all;
  auto rows = connection.query("select id, sealed from notice");
  while (rows.next())
    if (const auto notice = opened_notice(rows.integer(0), rows.blob(1))) all.push_back(*notice);
  return all;
}

std::optional<LedgerNotice> Ledger::notice(MailboxId mailbox) {
  Connection connection(file_, Connection::Mode::read);
  const auto id = notice_row(key_, mailbox);
  auto row = connection.query("select sealed from notice where id = ?", id);
  if (!row.next()) return std::nullopt;
  return opened_notice(id, row.blob(0));
}

void Ledger::set_notice(const LedgerNotice& notice) {
  change([&](LedgerEdit& edit) {
    edit.put(LedgerPart::notice, notice_row(key_, notice.mailbox), encoded(notice));
  });
}

void Ledger::remove_notice(MailboxId mailbox) {
  change([&](LedgerEdit& edit) { edit.remove(LedgerPart::notice, notice_row(key_, mailbox)); });
}

}  // namespace storage
