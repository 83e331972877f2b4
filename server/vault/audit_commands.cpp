// sealvault audit list, verify.

#include <algorithm>
#include <array>
#include <deque>
#include <fstream>
#include <iostream>

#include "base/error.h"
#include "server/vault/command.h"
#include "server/vault/master_key.h"

namespace vault {
namespace {

namespace json = boost::json;
namespace options = boost::program_options;

constexpr std::array numbers{"number", "time", "status"};
constexpr std::array texts{"caller", "operation", "key", "code", "request"};

json::value entry_in(const std::string& line) {
  json::error_code failure;
  auto entry = json::parse(line, failure);
  const auto* object = entry.if_object();
  const auto has = [&](const char* member, json::kind kind) {
    const auto* value = object->if_contains(member);
    return value != nullptr && value->kind() == kind;
  };
  if (failure || object == nullptr ||
      !std::ranges::all_of(numbers, [&](auto name) { return has(name, json::kind::int64); }) ||
      !std::ranges::all_of(texts, [&](auto name) { return has(name, json::kind::string); }))
    throw Error(Fault::corrupt, "a line of the audit log cannot be read",
                "see what is wrong: sealvault audit verify");
  return entry;
}

bool is_wanted(const json::value& entry, const Values& given) {
  const auto text_at = [&](const char* member) {
    return json::value_to<std::string>(entry.at(member));
  };
  const auto key = maybe_text(given, "key"), caller = maybe_text(given, "caller");
  if (key && text_at("key") != *key && !text_at("key").starts_with(*key + '/')) return false;
  return !caller || text_at("caller") == *caller;
}

std::deque<json::value> wanted(const Values& given) {
  const auto path = directory_of(given).audit().log;
  std::ifstream log(path);
  if (!log) throw Error(Fault::not_found, "there is no " + path.string());
  const auto last = given["last"].as<std::size_t>();
  std::deque<json::value> entries;
  for (std::string line; std::getline(log, line);) {
    auto entry = entry_in(line);
    if (!is_wanted(entry, given)) continue;
    entries.push_back(std::move(entry));
    if (entries.size() > last) entries.pop_front();
  }
  return entries;
}

void list(const Values& given) {
  const auto entries = wanted(given);
  if (as_json(given)) return print(json::array(entries.begin(), entries.end()));
  for (const auto& entry : entries) {
    for (const auto* member : numbers)
      std::cout << (member == numbers.front() ? "" : "  ") << entry.at(member);
    for (const auto* member : texts)
      std::cout << "  " << std::string_view(entry.at(member).as_string());
    std::cout << '\n';
  }
}

void verify(const Values& given) {
  const auto directory = directory_of(given);
  directory.served_at();  // is it a vault?
  const auto key = MasterKey::load(directory.master(), passphrase_of(given)).derived("audit");
  const auto report = verify_audit(directory.audit(), key);
  if (as_json(given))
    print(json::object{{"entries", report.state.number},
                       {"chain", to_hex(report.state.chain)},
                       {"whole", report.problems.empty()},
                       {"problems", json::value_from(report.problems)}});
  if (!report.problems.empty())
    throw Error(Fault::corrupt, "the audit log is not whole: " + report.problems.front(),
                "compare it with a copy from elsewhere");
  if (!as_json(given))
    std::cout << report.state.number << " entries, whole; the last has the chain "
              << to_hex(report.state.chain) << '\n';
}

void for_list(Description& description) {
  description.add_options()("key", optional_text(), "of this key, or key/version")(
      "caller", optional_text(), "of this client")(
      "last", options::value<std::size_t>()->default_value(1000), "so many at most");
}

constexpr Command commands[] = {
    {"audit list", "who asked what of which key, with what result", "--key root --last 20",
     for_list, list},
    {"audit verify", "is every line there, unaltered, in order?", "", add_passphrase, verify},
};

}  // namespace

std::span<const Command> audit_commands() { return commands; }

}  // namespace vault
