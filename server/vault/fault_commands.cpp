// sealvault fault set, clear, list: for a vault that was started with --allow-faults.

#include <iostream>

#include "base/error.h"
#include "server/http/target.h"
#include "server/vault/command.h"
#include "server/vault/owner_line.h"

namespace vault {
namespace {

namespace json = boost::json;
namespace options = boost::program_options;

OwnerLine line_of(const Values& given) {
  return OwnerLine(directory_of(given), passphrase_of(given));
}

std::string target_of(const Values& given) {
  if (given.contains("all-keys")) return std::string(all_keys);
  if (given.contains("token-endpoint")) return std::string(token_endpoint_fault);
  const auto key = maybe_text(given, "key");
  if (key) return *key;
  throw Error(Fault::invalid, "a fault is for --key NAME, --all-keys or --token-endpoint");
}

void print_faults(const Values& given, const json::value& all) {
  if (as_json(given)) return print(all);
  for (const auto& fault : all.as_array()) std::cout << json::serialize(fault) << '\n';
}

void set(const Values& given) {
  json::object body{{"kind", text(given, "kind")}};
  const auto add = [&](const char* option, const char* member) {
    if (given.contains(option)) body[member] = given[option].as<unsigned>();
  };
  add("seconds", "seconds");
  add("status", "status");
  add("retry-after", "retry_after");
  add("times", "times");
  if (const auto operation = maybe_text(given, "operation")) body["operation"] = *operation;
  print_faults(given,
               line_of(given).ask("PUT", "/faults/" + http::percent_encoded(target_of(given)),
                                  json::serialize(body)));
}

void clear(const Values& given) {
  print_faults(given,
               line_of(given).ask("DELETE", "/faults/" + http::percent_encoded(target_of(given))));
}

void list(const Values& given) { print_faults(given, line_of(given).ask("GET", "/faults")); }

void for_target(Description& description) {
  description.add_options()("key", optional_text(), "this key")("all-keys", "every key")(
      "token-endpoint", "where clients get their tokens");
  add_passphrase(description);
}

void for_set(Description& description) {
  for_target(description);
  description.add_options()(
      "kind", required(),
      "slow, drop, throttle, error, unauthorized, denied, disabled, deleted, expired, html, "
      "wrong-answer, bad-certificate")("seconds", options::value<unsigned>(), "of slow")(
      "status", options::value<unsigned>(), "of error and html; otherwise 503")(
      "retry-after", options::value<unsigned>(), "of throttle and error; otherwise none is sent")(
      "operation", optional_text(), "only this one: unwrapKey")(
      "times", options::value<unsigned>(), "so many answers; otherwise until it is cleared");
}

constexpr Command commands[] = {
    {"fault set", "rehearse: let the running vault misbehave",
     "--key root --kind slow --seconds 10 --operation unwrapKey", for_set, set},
    {"fault clear", "take a fault back", "--key root", for_target, clear},
    {"fault list", "the faults that are set", "", add_passphrase, list},
};

}  // namespace

std::span<const Command> fault_commands() { return commands; }

}  // namespace vault
