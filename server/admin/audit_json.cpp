#include "server/admin/audit_json.h"

#include <time.h>

#include <charconv>

#include "base/error.h"
#include "server/admin/routes.h"

namespace server::admin {

namespace json = boost::json;

namespace {

std::string_view name_of(storage::AuditType type) {
  switch (type) {
    case storage::AuditType::admin:
      return "ExchangeAdmin";
    case storage::AuditType::customer_key:
      return "CustomerKeyServiceEncryption";
  }
  return "unknown";
}

std::string object_of(const storage::AuditEvent& event) {
  if (!event.account.empty()) return event.account;
  if (event.mailbox) return "mailbox " + std::to_string(event.mailbox->value);
  return event.dep_name;
}

json::value parameters(const storage::AuditEvent& event) {
  json::array all;
  const auto add = [&](std::string_view name, std::string_view value) {
    all.push_back({{"Name", name}, {"Value", value}});
  };
  if (event.dep) add("Policy Id", std::to_string(event.dep->value));
  if (event.dep && event.dep_version > 0)
    add("Scope Key Version Id",
        std::to_string(event.dep->value) + "." + std::to_string(event.dep_version));
  add("Request Id", event.request_id);
  for (const auto& [name, value] : event.details) add(name, value);
  return all;
}

json::value number_or_null(const std::optional<std::int64_t>& number) {
  if (number) return *number;
  return nullptr;
}

}  // namespace

json::object as_json(const storage::AuditEntry& entry) {
  const auto& [number, time, organisation, event] = entry.record;
  if (entry.damaged)
    return {
        {"Number", number},          {"CreationTime", nullptr}, {"Operation", "(does not open)"},
        {"ObjectId", nullptr},       {"UserId", nullptr},       {"ResultStatus", "corrupt"},
        {"Hash", to_hex(entry.hash)}};
  std::optional<std::int64_t> dep, mailbox;
  if (event.dep) dep = event.dep->value;
  if (event.mailbox) mailbox = event.mailbox->value;
  return {{"Number", number},
          {"CreationTime", iso_time(time)},
          {"RecordType", static_cast<int>(event.type)},
          {"RecordTypeName", name_of(event.type)},
          {"Operation", event.operation},
          {"OrganizationId", organisation},
          {"UserId", event.actor},
          {"ResultStatus", event.result},
          {"ObjectId", object_of(event)},
          {"DataEncryptionPolicyId", number_or_null(dep)},
          {"DataEncryptionPolicyName", event.dep_name},
          {"MailboxId", number_or_null(mailbox)},
          {"Parameters", parameters(event)},
          {"Hash", to_hex(entry.hash)}};
}

json::object as_json(const storage::AuditPage& page) {
  json::array records;
  for (const auto& entry : page.entries) records.push_back(as_json(entry));
  return {{"records", std::move(records)}, {"next", page.next}, {"more", page.more}};
}

json::object as_json(const storage::AuditVerdict& verdict) {
  json::array findings;
  for (const auto& found : verdict.findings)
    findings.push_back({{"record", found.number}, {"finding", found.text}});
  json::object object{{"whole", verdict.whole()},
                      {"records", verdict.records},
                      {"findings", std::move(findings)},
                      {"publicKey", to_hex(verdict.public_key)}};
  if (const auto& checkpoint = verdict.checkpoint) {
    object["signedRecords"] = checkpoint->count;
    object["signedAt"] = iso_time(checkpoint->time);
    object["checkpoint"] = storage::word_of(checkpoint->stored());
  }
  return object;
}

UnixTime time_in(const std::string& text) {
  for (const auto* form : {"%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M", "%Y-%m-%d"}) {
    std::tm utc{};
    const auto* end = strptime(text.c_str(), form, &utc);
    if (end != text.c_str() + text.size()) continue;
    const auto day = utc.tm_mday;
    const auto time = timegm(&utc);  // makes 2 March of 30 February
    if (utc.tm_mday == day) return time;
  }
  throw Error(Fault::invalid, "that is no time: " + text,
              "write 2026-11-24, 2026-11-24T08:00 or 2026-11-24T08:00:00Z (UTC)");
}

storage::AuditQuery audit_query(
    const std::function<std::optional<std::string>(std::string_view name)>& value) {
  storage::AuditQuery query{.operation = value("operation"),
                            .actor = value("actor"),
                            .object = value("object"),
                            .result = value("result"),
                            .request = value("request")};
  if (const auto since = value("since")) query.since = time_in(*since);
  if (const auto until = value("until")) query.until = time_in(*until);
  if (const auto type = value("type")) {
    std::uint16_t number = 0;
    const auto* end = type->data() + type->size();
    if (std::from_chars(type->data(), end, number).ptr != end)
      throw Error(Fault::invalid, "a record type is a number", "1: admin, 69: customer key");
    query.type = static_cast<storage::AuditType>(number);
  }
  return query;
}

}  // namespace server::admin
