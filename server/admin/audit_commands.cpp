// `sealpost audit`: over the admin socket, or from the files alone (--data and --service-keys).

#include <ostream>

#include "base/error.h"
#include "server/admin/audit_json.h"
#include "server/admin/client.h"
#include "server/admin/command.h"
#include "server/admin/output.h"
#include "server/http/target.h"

namespace server::admin {

namespace {

namespace json = boost::json;

constexpr std::string_view filters[] = {"since",  "until",  "operation", "actor",
                                        "object", "result", "request",   "type"};
constexpr std::size_t page_size = 1000;
constexpr std::int64_t end_of_log = std::int64_t{1} << 53;

std::optional<std::string> option(const Invocation& call, std::string_view name) {
  return call.find("--" + std::string(name));
}

// A reader of the files; nothing when the server is to be asked.
std::optional<storage::AuditReader> files(const Invocation& call) {
  if (!call.has("--data") && !call.has("--service-keys")) return std::nullopt;
  const auto keys = call.needed("--service-keys"), data = call.needed("--data");
  if (!std::filesystem::is_directory(keys))
    throw Error(Fault::not_found, "there is no directory " + keys,
                "give the directory `service_keys` of the configuration");
  crypto::ServiceKeys service_keys(keys, data);
  return storage::AuditReader(data, service_keys);
}

// Pages of records, as the server gives them.
class Source {
 public:
  explicit Source(const Invocation& call)
      : call_(call),
        files_(files(call)),
        query_(audit_query([&](std::string_view name) { return option(call, name); })) {}

  json::object after(std::int64_t number) const {
    if (files_) return as_json(files_->after(number, query_, page_size));
    return asked("after", number, page_size);
  }
  json::object before(std::int64_t number, std::size_t limit) const {
    if (files_) return as_json(files_->before(number, query_, limit));
    return asked("before", number, limit);
  }

 private:
  json::object asked(std::string_view side, std::int64_t number, std::size_t limit) const {
    auto target = "/v1/audit?limit=" + std::to_string(limit) + "&" + std::string(side) + "=" +
                  std::to_string(number);
    for (const auto name : filters)
      if (const auto value = option(call_, name))
        target += "&" + std::string(name) + "=" + http::percent_encoded(*value);
    return ask(call_.socket, "GET", target).as_object();
  }

  const Invocation& call_;
  std::optional<storage::AuditReader> files_;
  storage::AuditQuery query_;
};

std::size_t limit_of(const Invocation& call) {
  const auto text = call.find("--limit").value_or("100");
  if (text.empty() || text.size() > 4 ||
      text.find_first_not_of("0123456789") != std::string::npos || text == "0")
    throw Error(Fault::invalid, "--limit is a number from 1 to 9999");
  return std::stoul(text);
}

// The latest that match, the oldest of them first.
int list(const Invocation& call) {
  const Source source(call);
  auto wanted = limit_of(call);
  json::array found;
  auto page = source.before(end_of_log, std::min(wanted, page_size));
  while (true) {
    auto& records = page.at("records").as_array();
    wanted -= records.size();
    records.insert(records.end(), found.begin(), found.end());
    found = std::move(records);
    if (wanted == 0 || !page.at("more").as_bool()) break;
    page = source.before(page.at("next").to_number<std::int64_t>(), std::min(wanted, page_size));
  }
  print_list(call, json::object{{"records", std::move(found)}}, "records",
             {"Number", "CreationTime", "Operation", "ResultStatus", "ObjectId", "UserId"});
  return 0;
}

// A record a line, all that match.
int export_records(const Invocation& call) {
  const Source source(call);
  for (auto page = source.after(0);;
       page = source.after(page.at("next").to_number<std::int64_t>())) {
    for (const auto& record : page.at("records").as_array()) call.streams.out << record << "\n";
    if (!page.at("more").as_bool()) return 0;
  }
}

json::object verdict(const Invocation& call) {
  const auto checkpoint = call.find("--checkpoint");
  if (const auto reader = files(call))
    return as_json(
        reader->verify(checkpoint ? std::optional(storage::stored_of(*checkpoint)) : std::nullopt));
  json::object body;
  if (checkpoint) body["checkpoint"] = *checkpoint;
  return ask(call.socket, "POST", "/v1/audit-verification", body).as_object();
}

int verify(const Invocation& call) {
  const auto found = verdict(call);
  print(call, found);
  return found.at("whole").as_bool() ? 0 : 1;
}

constexpr Option data_option = {"--data", "DIR",
                                "read this data directory instead of asking a server"};
constexpr Option keys_option = {"--service-keys", "DIR", "with --data: its service keys"};
constexpr Option since = {"--since", "TIME", "from then on: 2026-11-24 or 2026-11-24T08:00 (UTC)"};
constexpr Option until = {"--until", "TIME", "before then"};
constexpr Option operation = {"--operation", "TEXT", "as it begins: \"dep\", \"dep assign\""};
constexpr Option actor = {"--actor", "TEXT", "a part of who did it: ada, uid 0, system"};
constexpr Option object = {"--object", "NAME", "a DEP, account, mailbox or user it was done to"};
constexpr Option result = {"--result", "TEXT", "success, begun, denied, ..."};
constexpr Option request = {"--request", "ID", "all of one request"};
constexpr Option type = {"--type", "NUMBER", "69: use of availability keys; 1: all else"};

constexpr Option list_options[] = {since,
                                   until,
                                   operation,
                                   actor,
                                   object,
                                   result,
                                   request,
                                   type,
                                   data_option,
                                   keys_option,
                                   {"--limit", "NUMBER", "the latest so many; else 100"}};
constexpr Option export_options[] = {since,  until,   operation, actor,       object,
                                     result, request, type,      data_option, keys_option};
constexpr Option verify_options[] = {
    data_option,
    keys_option,
    {"--checkpoint", "TEXT",
     "an earlier one, noted elsewhere: is the log still its continuation?"}};

// clang-format off
constexpr Command table[] = {
    {"audit", "list", "", 0, 0, "what was done to policies, keys, roles and accounts, by whom",
     "audit list --operation Fallback --since 2026-11-24", list_options, list},
    {"audit", "export", "", 0, 0, "all that as JSON, a record a line", "audit export > audit.jsonl",
     export_options, export_records},
    {"audit", "verify", "", 0, 0,
     "was the log edited, cut, reordered or put back? Prints a checkpoint to note elsewhere",
     "audit verify --data /var/lib/sealpost/data --service-keys /var/lib/sealpost-keys",
     verify_options, verify},
};
// clang-format on

}  // namespace

std::span<const Command> audit_commands() { return table; }

}  // namespace server::admin
