#include "server/admin/ledger_json.h"

#include <charconv>

#include "base/error.h"
#include "base/iso_time.h"
#include "policy/account_name.h"
#include "server/admin/audit_json.h"
#include "server/admin/people.h"

namespace server::admin {

namespace json = boost::json;

namespace {

using policy::LedgerColumn;

constexpr std::pair<std::string_view, LedgerColumn> column_names[] = {
    {"mailbox", LedgerColumn::mailbox}, {"dep", LedgerColumn::dep},
    {"cause", LedgerColumn::cause},     {"class", LedgerColumn::kind},
    {"actor", LedgerColumn::actor},     {"hour", LedgerColumn::hour},
    {"day", LedgerColumn::day}};

constexpr std::int64_t hour_seconds = 3600, day_seconds = 24 * hour_seconds;

std::optional<std::int64_t> find_number(std::string_view text) {
  std::int64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end || number <= 0) return std::nullopt;
  return number;
}

// Also one that is gone, by its number.
MailboxId mailbox_named(storage::Directory& directory, std::string_view name) {
  if (const auto number = find_number(name)) return MailboxId(*number);
  try {
    return directory.account(policy::lower_case(name)).mailbox;
  } catch (const Error& error) {
    if (error.fault() != Fault::not_found) throw;
    throw Error(Fault::not_found, error.what(),
                "a mailbox that is gone has its number left: the audit log and certificates of "
                "purges tell it");
  }
}

DepId dep_named(storage::Directory& directory, std::string_view name) {
  if (const auto number = find_number(name)) return DepId(*number);
  return directory.dep(name).id;
}

crypto::Cause cause_named(std::string_view name) {
  if (const auto cause = crypto::find_cause(name)) return *cause;
  std::string all;
  for (std::size_t i = 0; i < crypto::cause_count; ++i)
    all += (i == 0 ? "" : ", ") + std::string(name_of(static_cast<crypto::Cause>(i)));
  throw Error(Fault::invalid, "there is no cause \"" + std::string(name) + "\"", all);
}

crypto::ActorClass class_named(std::string_view name) {
  for (const auto kind : crypto::actor_classes)
    if (name_of(kind) == name) return kind;
  throw Error(Fault::invalid, "there is no class \"" + std::string(name) + "\"", "user or system");
}

std::set<LedgerColumn> columns_named(std::string_view text) {
  std::set<LedgerColumn> columns;
  while (true) {
    const auto name = text.substr(0, text.find(','));
    const auto found = std::ranges::find(column_names, name, [](const auto& e) { return e.first; });
    if (found == std::end(column_names))
      throw Error(Fault::invalid, "the ledger cannot be added up by \"" + std::string(name) + "\"",
                  "mailbox, dep, cause, class, actor, hour or day; several with commas");
    columns.insert(found->second);
    if (name.size() == text.size()) return columns;
    text.remove_prefix(name.size() + 1);
  }
}

std::optional<UnixTime> time_named(const http::Target& target, std::string_view name) {
  const auto text = target.value(name);
  if (!text) return std::nullopt;
  const auto time = time_in(std::string(*text));
  if (time % hour_seconds != 0)
    throw Error(Fault::invalid, std::string(name) + " is no whole hour: " + std::string(*text),
                "the ledger counts by hours: write 2026-11-24T08:00, or 2026-11-24");
  return time;
}

// Looks it up once; empty when it is gone.
template <class Id, class Look>
const std::string& name_in(std::map<Id, std::string>& names, Id id, Look look) {
  const auto [found, fresh] = names.try_emplace(id);
  if (!fresh) return found->second;
  try {
    found->second = look();
  } catch (const Error& error) {
    if (error.fault() != Fault::not_found) throw;
  }
  return found->second;
}

json::value text_or_null(const std::string& text) {
  if (text.empty()) return nullptr;
  return json::value(text);
}

// As exact as it is known: "2026-11-30T08:00:00Z" is an hour, "2026-10-01" a day.
json::value described(const policy::LedgerTime& time) {
  if (time.seconds == 0) return nullptr;
  const auto text = iso_time(time.start);
  return json::value(time.seconds == day_seconds ? text.substr(0, 10) : text);
}

}  // namespace

LedgerQuery ledger_query(storage::Directory& directory, const http::Target& target) {
  LedgerQuery query;
  auto& filter = query.filter;
  if (const auto name = target.value("mailbox")) filter.mailbox = mailbox_named(directory, *name);
  if (const auto name = target.value("dep")) filter.dep = dep_named(directory, *name);
  if (const auto name = target.value("cause")) filter.cause = cause_named(*name);
  if (const auto name = target.value("class")) filter.kind = class_named(*name);
  filter.since = time_named(target, "since");
  filter.until = time_named(target, "until");
  if (filter.since && filter.until && *filter.since >= *filter.until)
    throw Error(Fault::invalid, "since is not before until: nothing is between them",
                "--since takes the earlier time, --until the later");
  if (const auto names = target.value("by")) query.columns = columns_named(*names);
  return query;
}

const std::string& LedgerNames::account(AccountId id) {
  return name_in(accounts_, id, [&] { return directory_.account(id).name; });
}

const std::string& LedgerNames::owner(MailboxId id) {
  return name_in(owners_, id, [&] { return account(directory_.mailbox(id).account); });
}

const std::string& LedgerNames::dep(DepId id) {
  return name_in(deps_, id, [&] { return directory_.dep(id).name; });
}

std::string LedgerNames::actor(const crypto::Actor& actor) {
  if (actor.admin) return "admin " + described_user(actor.admin->value);
  if (actor.account == AccountId()) return "service";
  const auto& name = account(actor.account);
  return name.empty() ? "account " + std::to_string(actor.account.value) + " (gone)" : name;
}

std::vector<std::string_view> members_of(const std::set<LedgerColumn>& columns) {
  const auto has = [&](LedgerColumn column) { return columns.contains(column); };
  std::vector<std::string_view> members;
  if (has(LedgerColumn::hour) || has(LedgerColumn::day)) members.push_back("time");
  if (has(LedgerColumn::mailbox)) members.insert(members.end(), {"mailbox", "account"});
  if (has(LedgerColumn::dep)) members.insert(members.end(), {"depId", "dep"});
  if (has(LedgerColumn::actor)) members.push_back("actor");
  if (has(LedgerColumn::kind)) members.push_back("class");
  if (has(LedgerColumn::cause)) members.push_back("cause");
  members.insert(members.end(), {"operations", "bytes", "opaqueBytes"});
  return members;
}

json::object as_json(LedgerNames& names, const policy::LedgerGroup& group,
                     const crypto::CrossingTotals& totals) {
  json::object row;
  if (group.time) row["time"] = described(*group.time);
  if (group.mailbox) {
    row["mailbox"] = group.mailbox->value;
    row["account"] = text_or_null(names.owner(*group.mailbox));
  }
  if (group.dep) {
    row["depId"] = group.dep->value;
    row["dep"] = text_or_null(names.dep(*group.dep));
  }
  if (group.actor) row["actor"] = names.actor(*group.actor);
  if (group.kind) row["class"] = name_of(*group.kind);
  if (group.cause) row["cause"] = name_of(*group.cause);
  row["operations"] = totals.operations;
  row["bytes"] = totals.bytes;
  row["opaqueBytes"] = totals.opaque_bytes;
  return row;
}

std::string csv_line(const std::vector<std::string>& values) {
  std::string line;
  for (const auto& value : values) {
    if (!line.empty() || &value != &values.front()) line += ',';
    if (value.find_first_of(",\"\r\n#") == std::string::npos) {
      line += value;
      continue;
    }
    line += '"';
    for (const char c : value) line += c == '"' ? std::string("\"\"") : std::string(1, c);
    line += '"';
  }
  return line + "\n";
}

std::string csv_line(const json::object& row, const std::vector<std::string_view>& members) {
  std::vector<std::string> values;
  for (const auto member : members) {
    const auto& value = row.at(member);
    if (const auto* text = value.if_string())
      values.emplace_back(*text);
    else
      values.push_back(value.is_null() ? "" : json::serialize(value));
  }
  return csv_line(values);
}

}  // namespace server::admin
