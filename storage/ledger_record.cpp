#include "storage/ledger_record.h"

#include <chrono>

#include "crypto/keyed_hash.h"
#include "storage/codec.h"

namespace storage {
namespace {

namespace chrono = std::chrono;

// Records of the first version do not tell which octets were opaque.
constexpr std::uint8_t version = 2, without_opaque = 1, notice_version = 1;
constexpr std::int64_t hour_seconds = 3600, day_seconds = 24 * hour_seconds;
constexpr std::int64_t no_admin = -1;

chrono::year_month_day calendar(std::int32_t day_number) {
  return chrono::sys_days(chrono::days(day_number));
}

std::int64_t row_of(const crypto::DirectoryKey& key, std::string_view purpose,
                    const std::string& value) {
  const auto hash = crypto::KeyedHash::of(key, purpose, value);
  std::uint64_t row = 0;
  for (std::size_t n = 0; n < sizeof row; ++n) row = row << 8 | hash[n];
  return static_cast<std::int64_t>(row >> 1);
}

void encode(Encoder& to, const LedgerPeriod& period) {
  to.number(static_cast<std::uint8_t>(period.span));
  to.number(period.number);
}

LedgerPeriod decoded_period(Decoder& from) {
  const auto span = from.number<std::uint8_t>();
  if (span < 1 || span > 3) throw Error(Fault::corrupt, "ledger.db: a period of an unknown kind");
  return {static_cast<LedgerSpan>(span), from.number<std::int32_t>()};
}

void encode(Encoder& to, const LedgerKey& key) {
  to.number(key.slot);
  to.number(key.dep.value);
  to.number(static_cast<std::uint8_t>(key.cause));
  to.number(static_cast<std::uint8_t>(key.actor.kind));
  to.number(key.actor.account.value);
  to.number(key.actor.admin ? std::int64_t{key.actor.admin->value} : no_admin);
}

LedgerKey decoded_key(Decoder& from) {
  const auto slot = from.number<std::uint8_t>();
  const DepId dep(from.number<std::int64_t>());
  const auto cause = from.number<std::uint8_t>(), kind = from.number<std::uint8_t>();
  if (cause >= crypto::cause_count || kind >= crypto::actor_classes.size())
    throw Error(Fault::corrupt, "ledger.db: a crossing of an unknown kind");
  crypto::Actor actor(static_cast<crypto::ActorClass>(kind),
                      AccountId(from.number<std::int64_t>()));
  const auto admin = from.number<std::int64_t>();
  if (admin != no_admin) actor.admin = crypto::AdminId(static_cast<std::uint32_t>(admin));
  return {slot, dep, static_cast<crypto::Cause>(cause), actor};
}

}  // namespace

LedgerPeriod day_of(UnixTime time) {
  return {LedgerSpan::day, static_cast<std::int32_t>(time / day_seconds)};
}

LedgerPeriod month_of(LedgerPeriod day) {
  const auto date = calendar(day.number);
  const auto month = static_cast<int>(static_cast<unsigned>(date.month())) - 1;
  return {LedgerSpan::month, static_cast<int>(date.year()) * 12 + month};
}

std::uint8_t hour_of(UnixTime time) {
  return static_cast<std::uint8_t>(time % day_seconds / hour_seconds);
}

std::uint8_t day_in_month(LedgerPeriod day) {
  return static_cast<std::uint8_t>(static_cast<unsigned>(calendar(day.number).day()));
}

UnixTime start_of(LedgerPeriod period, std::uint8_t slot) {
  switch (period.span) {
    case LedgerSpan::day:
      return period.number * day_seconds + slot * hour_seconds;
    case LedgerSpan::month: {
      const chrono::year_month_day date(
          chrono::year(period.number / 12),
          chrono::month(static_cast<unsigned>(period.number % 12 + 1)), chrono::day(slot));
      return chrono::sys_days(date).time_since_epoch().count() * day_seconds;
    }
    case LedgerSpan::all_time:
      break;
  }
  return 0;
}

std::int64_t seconds_in(LedgerSpan span) {
  if (span == LedgerSpan::all_time) return 0;
  return span == LedgerSpan::day ? hour_seconds : day_seconds;
}

Bytes encoded(const LedgerRecord& record) {
  Encoder to;
  to.number(version);
  to.number(record.mailbox.value);
  encode(to, record.period);
  to.number(record.since);
  to.number(static_cast<std::uint32_t>(record.others.size()));
  for (const auto& other : record.others) encode(to, other);
  to.number(static_cast<std::uint32_t>(record.counts.size()));
  for (const auto& [key, totals] : record.counts) {
    encode(to, key);
    to.number(totals.operations);
    to.number(totals.bytes);
    to.number(totals.opaque_bytes);
  }
  return to.take();
}

LedgerRecord decoded_ledger(ByteView plain) {
  Decoder from(plain);
  const auto found = from.number<std::uint8_t>();
  if (found != version && found != without_opaque)
    throw Error(Fault::corrupt, "ledger.db: a record of an unknown version");
  LedgerRecord record{.mailbox = MailboxId(from.number<std::int64_t>()),
                      .period = decoded_period(from)};
  record.since = from.number<UnixTime>();
  for (auto left = from.number<std::uint32_t>(); left > 0; --left)
    record.others.insert(decoded_period(from));
  for (auto left = from.number<std::uint32_t>(); left > 0; --left) {
    auto& totals = record.counts[decoded_key(from)];
    totals.operations = from.number<std::uint64_t>();
    totals.bytes = from.number<std::uint64_t>();
    if (found == version) totals.opaque_bytes = from.number<std::uint64_t>();
  }
  from.end();
  return record;
}

Bytes encoded(const LedgerNotice& notice) {
  Encoder to;
  to.number(notice_version);
  to.number(notice.mailbox.value);
  to.number(notice.last);
  return to.take();
}

LedgerNotice decoded_notice(ByteView plain) {
  Decoder from(plain);
  from.version(notice_version);
  LedgerNotice notice{MailboxId(from.number<std::int64_t>()), from.number<std::int32_t>()};
  from.end();
  return notice;
}

std::int64_t ledger_row(const crypto::DirectoryKey& key, MailboxId mailbox, LedgerPeriod period) {
  return row_of(key, "ledger",
                std::to_string(mailbox.value) + ':' +
                    std::to_string(static_cast<unsigned>(period.span)) + ':' +
                    std::to_string(period.number));
}

std::int64_t notice_row(const crypto::DirectoryKey& key, MailboxId mailbox) {
  return row_of(key, "ledger notice", std::to_string(mailbox.value));
}

}  // namespace storage
