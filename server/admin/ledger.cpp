#include "server/admin/ledger.h"

#include <charconv>

#include "base/error.h"
#include "base/iso_time.h"
#include "policy/signed_text.h"
#include "server/admin/ledger_json.h"
#include "server/admin/response.h"

namespace server::admin {

namespace json = boost::json;

namespace {

using policy::LedgerColumn;

constexpr Access table[] = {
    {"GET", "/v1/ledger", policy::Role::auditor, ""},
    {"GET", "/v1/ledger-news", policy::Role::auditor, ""},
    {"GET", "/v1/ledger-export", policy::Role::auditor, ""},
};

const std::set<LedgerColumn> exported_columns{LedgerColumn::mailbox, LedgerColumn::dep,
                                              LedgerColumn::cause,   LedgerColumn::kind,
                                              LedgerColumn::actor,   LedgerColumn::hour};

json::value time_or_null(const std::optional<UnixTime>& time) {
  if (!time) return nullptr;
  return json::value(iso_time(*time));
}

// Of one mailbox why it was opened, of all which.
std::set<LedgerColumn> columns_of(const LedgerQuery& query) {
  if (!query.columns.empty()) return query.columns;
  if (!query.filter.mailbox) return {LedgerColumn::mailbox};
  return {LedgerColumn::actor, LedgerColumn::kind, LedgerColumn::cause};
}

json::value listed(policy::Ledger& ledger, const http::Target& target) {
  const auto query = ledger_query(ledger.directory(), target);
  const auto columns = columns_of(query);
  const auto sums = ledger.sums(query.filter, columns);
  LedgerNames names(ledger.directory());
  json::array rows, members;
  for (const auto member : members_of(columns)) members.emplace_back(member);
  for (const auto& [group, totals] : sums.groups()) rows.push_back(as_json(names, group, totals));
  return {{"since", time_or_null(sums.since())},
          {"columns", std::move(members)},
          {"rows", std::move(rows)},
          {"operations", sums.total().operations},
          {"bytes", sums.total().bytes},
          {"opaqueBytes", sums.total().opaque_bytes}};
}

std::uint64_t number_in(std::string_view text) {
  std::uint64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end) throw Error(Fault::invalid, "after must be a number");
  return number;
}

json::object as_json(LedgerNames& names, const storage::LedgerAddition& counted) {
  const auto& [time, mailbox, dep, cause, actor, totals] = counted;
  auto row = as_json(
      names,
      policy::LedgerGroup{
          .mailbox = mailbox, .dep = dep, .cause = cause, .kind = actor.kind, .actor = actor},
      totals);
  row["time"] = iso_time(time);
  return row;
}

json::value news(policy::Ledger& ledger, const http::Target& target) {
  const auto query = ledger_query(ledger.directory(), target);
  const auto after = target.value("after");
  if (!after) return {{"next", ledger.newest()}, {"missed", 0}, {"news", json::array()}};
  const auto live = ledger.live(number_in(*after), query.filter);
  LedgerNames names(ledger.directory());
  json::array all;
  for (const auto& one : live.news) all.push_back(as_json(names, one.counted));
  return {{"next", live.newest}, {"missed", live.missed}, {"news", std::move(all)}};
}

}  // namespace

std::span<const Access> ledger_access() { return table; }

std::string LedgerRoutes::exported(const http::Target& target) {
  const bool csv = target.value("format") == "csv";
  auto query = ledger_query(ledger_.directory(), target);
  if (query.columns.empty()) query.columns = exported_columns;
  const auto sums = ledger_.sums(query.filter, query.columns);
  const auto members = members_of(query.columns);
  LedgerNames names(ledger_.directory());
  json::object asked;
  for (const auto& [name, value] : target.query) asked[name] = value;
  const json::object about{{"kind", "sealpost ledger 1"},
                           {"organisation", organisation_},
                           {"time", iso_time(ledger_.clock().now())},
                           {"since", time_or_null(sums.since())},
                           {"query", std::move(asked)},
                           {"operations", sums.total().operations},
                           {"bytes", sums.total().bytes},
                           {"opaqueBytes", sums.total().opaque_bytes}};
  std::string text;
  if (csv) text = csv_line(std::vector<std::string>(members.begin(), members.end()));
  for (const auto& [group, totals] : sums.groups()) {
    const auto row = as_json(names, group, totals);
    text += csv ? csv_line(row, members) : json::serialize(row) + "\n";
  }
  text += (csv ? "# " : "") + json::serialize(about) + "\n";
  return policy::with_signature(std::move(text),
                                csv ? policy::SignatureLine::comment : policy::SignatureLine::json,
                                keys_.signing_key());
}

std::optional<http::Response> LedgerRoutes::answer(const http::Target& target) {
  const auto& name = target.segments[1];
  if (name == "ledger") return json_response(listed(ledger_, target));
  if (name == "ledger-news") return json_response(news(ledger_, target));
  const auto format = target.value("format").value_or("jsonl");
  if (format != "jsonl" && format != "csv")
    throw Error(Fault::invalid, "there is no format \"" + std::string(format) + "\"",
                "jsonl or csv");
  return response(format == "csv" ? "text/csv" : "application/jsonl", exported(target));
}

}  // namespace server::admin
