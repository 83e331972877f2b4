#include "policy/owner_ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/iso_time.h"

namespace policy {

namespace {

namespace chrono = std::chrono;

constexpr UnixTime day = 24 * 3600;

constexpr std::string_view explanation =
    "Your mail is stored sealed. Each time this server opens some of it, that is counted here:\n"
    "for whom and what for. \"The service\" is the server itself: it delivers, and keeps its\n"
    "lists in order. Anybody else is named: people you share folders with, and administrators.\n"
    "What your mail programs have already fetched is theirs, and not counted. Mail that came\n"
    "encrypted end to end (S/MIME, OpenPGP) is read by your key alone: of what was opened of it\n"
    "this server reads no more than the outer header. Times are UTC.\n";

constexpr std::string_view opaque_line = "  of this encrypted end to end, and not read";

std::string date_of(UnixTime time) { return iso_time(time).substr(0, 10); }

std::string month_name(std::int32_t month) {
  return fmt::format("{:04}-{:02}", month / 12, month % 12 + 1);
}

std::string bytes_text(std::uint64_t bytes) {
  constexpr std::array units{"KB", "MB", "GB", "TB"};
  if (bytes < 1000) return fmt::format("{} B", bytes);
  auto value = static_cast<double>(bytes) / 1000;
  std::size_t unit = 0;
  for (; value >= 999.95 && unit + 1 < units.size(); ++unit) value /= 1000;
  return fmt::format("{:.1f} {}", value, units.at(unit));
}

std::string cell(const crypto::CrossingTotals& totals) {
  if (totals.operations == 0) return "-";
  return fmt::format("{} ({})", totals.operations, bytes_text(totals.bytes));
}

std::string opaque_cell(const crypto::CrossingTotals& totals) {
  return totals.opaque_bytes == 0 ? "-" : bytes_text(totals.opaque_bytes);
}

}  // namespace

struct OwnerLedger::Period {
  std::string title;
  std::optional<UnixTime> since{}, until{};
};

OwnerLedger::OwnerLedger(Ledger& ledger, std::function<std::string(crypto::AdminId)> admin_name)
    : ledger_(ledger), admin_name_(std::move(admin_name)) {}

std::string OwnerLedger::who(MailboxId mailbox, const crypto::Actor& actor) {
  const bool service = actor.kind == crypto::ActorClass::system;
  const std::string by_service = service ? ", by the service" : "";
  if (actor.admin) return "administrator " + admin_name_(*actor.admin) + by_service;
  if (actor.account == AccountId()) return "the service";
  try {
    auto& directory = ledger_.directory();
    if (directory.mailbox(mailbox).account == actor.account) return "you" + by_service;
    return directory.account(actor.account).name + by_service;
  } catch (const Error& error) {
    if (error.fault() != Fault::not_found) throw;
    return fmt::format("an account that is gone (number {}){}", actor.account.value, by_service);
  }
}

// A line for each who and why, and what of that was opaque; a column for each period.
std::string OwnerLedger::table(MailboxId mailbox, const std::vector<Period>& periods) {
  std::map<std::pair<crypto::Actor, crypto::Cause>, std::vector<crypto::CrossingTotals>> lines;
  for (std::size_t n = 0; n < periods.size(); ++n) {
    const LedgerFilter filter{
        .mailbox = mailbox, .since = periods[n].since, .until = periods[n].until};
    const auto sums = ledger_.sums(filter, {LedgerColumn::actor, LedgerColumn::cause});
    for (const auto& [group, totals] : sums.groups()) {
      auto& line = lines[{group.actor.value(), group.cause.value()}];
      line.resize(periods.size());
      line[n] = totals;
    }
  }
  std::vector<std::pair<std::string, std::string>> rows{{"", ""}};
  for (const auto& period : periods) rows[0].second += fmt::format("{:>22}", period.title);
  const auto add = [&](std::string title, const auto& totals, auto in_words) {
    auto& row = rows.emplace_back(std::move(title), "");
    for (const auto& one : totals) row.second += fmt::format("{:>22}", in_words(one));
  };
  for (const auto& [what, totals] : lines) {
    add(who(mailbox, what.first) + ": " + std::string(name_of(what.second)), totals, cell);
    const bool opaque = std::ranges::any_of(totals, &crypto::CrossingTotals::opaque_bytes);
    if (opaque) add(std::string(opaque_line), totals, opaque_cell);
  }
  std::size_t width = 0;
  for (const auto& row : rows) width = std::max(width, row.first.size());
  std::string text;
  for (const auto& [first, rest] : rows) text += fmt::format("{:<{}}{}\n", first, width, rest);
  return rows.size() > 1 ? text : "Nothing was opened.\n";
}

std::string OwnerLedger::text(MailboxId mailbox) {
  const auto now = ledger_.clock().now();
  const auto since = ledger_.sums({.mailbox = mailbox}, {}).since().value_or(now);
  return std::string(explanation) + fmt::format("Counted since {}.\n\n", iso_time(since)) +
         table(mailbox, {{.title = "last day", .since = now - day},
                         {.title = "last 30 days", .since = now - 30 * day},
                         {.title = "since " + date_of(since)}});
}

OwnerLedger::Notice OwnerLedger::notice(MailboxId mailbox) {
  const auto this_month = month_of(storage::day_of(ledger_.clock().now()));
  const storage::LedgerPeriod before{this_month.span, this_month.number - 1};
  const auto since = start_of(before, 1), until = start_of(this_month, 1);
  const auto name = month_name(before.number);
  return {"Who opened your mail in " + name,
          std::string(explanation) + "\nIn " + name + ":\n\n" +
              table(mailbox, {{.title = name, .since = since, .until = until}}) +
              "\nThis notice comes each month because you asked for it. To end it, set the server\n"
              "annotation /private/vendor/sealpost/ledger-notice to NIL; more is in\n"
              "/private/vendor/sealpost/ledger (IMAP METADATA).\n"};
}

}  // namespace policy
