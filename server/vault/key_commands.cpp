// sealvault key create, import, list, show, enable, disable, rotate, policy.

#include <iostream>

#include "server/vault/command.h"
#include "server/vault/jwk.h"
#include "server/vault/key_lines.h"

namespace vault {
namespace {

namespace json = boost::json;
namespace options = boost::program_options;

std::string version_of(const json::value& item) {
  const auto kid = json::value_to<std::string>(item.at("kid"));
  return kid.substr(kid.rfind('/') + 1);
}

void create(const Values& given) {
  const auto body = json::object{{"kty", "RSA"}, {"key_size", given["size"].as<unsigned>()}};
  print_bundle(given, line_of(given).ask("POST", key_path(text(given, "name"), "create"),
                                         json::serialize(body)));
}

void import(const Values& given) {
  const auto body = import_body_of(text(given, "in"));
  print_bundle(given, line_of(given).ask("PUT", key_path(text(given, "name"), ""),
                                         std::string(text_of(body))));
}

void list(const Values& given) {
  auto line = line_of(given);
  print_items(given, line.all_pages("/keys"));
}

void show(const Values& given) {
  auto line = line_of(given);
  const auto name = text(given, "name"), version = text(given, "version");
  const auto bundle = line.ask("GET", key_path(name, version));
  if (as_json(given) || !version.empty()) return print_bundle(given, bundle);
  print_items(given, line.all_pages(key_path(name, "versions")));
}

// Of one version, or of all: a key is revoked when no version of it can unwrap.
void set_enabled(const Values& given, bool enabled) {
  auto line = line_of(given);
  const auto name = text(given, "name");
  std::vector<std::string> chosen{text(given, "version")};
  if (chosen.front().empty()) {
    chosen.clear();
    for (const auto& item : line.all_pages(key_path(name, "versions")))
      chosen.push_back(version_of(item));
  }
  const auto body = json::serialize(json::object{{"attributes", {{"enabled", enabled}}}});
  json::array changed;
  for (const auto& each : chosen) changed.push_back(line.ask("PATCH", key_path(name, each), body));
  if (as_json(given)) return print(changed);
  for (const auto& bundle : changed) print_bundle(given, bundle);
}

void enable(const Values& given) { set_enabled(given, true); }
void disable(const Values& given) { set_enabled(given, false); }

void rotate(const Values& given) {
  print_bundle(given, line_of(given).ask("POST", key_path(text(given, "name"), "rotate")));
}

// What is not given goes: a policy is set as a whole.
std::string policy_body(const Values& given) {
  json::array actions;
  const auto add = [&](const char* option, const char* trigger, const char* type) {
    if (const auto period = maybe_text(given, option))
      actions.push_back({{"trigger", {{trigger, *period}}}, {"action", {{"type", type}}}});
  };
  add("rotate-after", "timeAfterCreate", "Rotate");
  add("rotate-before-expiry", "timeBeforeExpiry", "Rotate");
  add("notify-before-expiry", "timeBeforeExpiry", "Notify");
  json::object attributes;
  if (const auto expiry = maybe_text(given, "expiry")) attributes["expiryTime"] = *expiry;
  return json::serialize(json::object{{"lifetimeActions", actions}, {"attributes", attributes}});
}

void policy(const Values& given) {
  auto line = line_of(given);
  const auto path = key_path(text(given, "name"), "rotationpolicy");
  const bool set = given.contains("rotate-after") || given.contains("rotate-before-expiry") ||
                   given.contains("notify-before-expiry") || given.contains("expiry") ||
                   given.contains("none");
  const auto answer = set ? line.ask("PUT", path, policy_body(given)) : line.ask("GET", path);
  if (as_json(given)) return print(answer);
  if (const auto* expiry = answer.at("attributes").as_object().if_contains("expiryTime"))
    std::cout << "a new version expires after " << std::string_view(expiry->as_string()) << '\n';
  for (const auto& action : answer.at("lifetimeActions").as_array())
    for (const auto& trigger : action.at("trigger").as_object())
      std::cout << std::string_view(action.at("action").at("type").as_string()) << ' '
                << std::string_view(trigger.key()) << ' '
                << std::string_view(trigger.value().as_string()) << '\n';
}

void for_create(Description& description) {
  for_key_name(description);
  description.add_options()("size", options::value<unsigned>()->default_value(3072),
                            "2048, 3072 or 4096 bits");
}

void for_import(Description& description) {
  for_key_name(description);
  description.add_options()("in", required(), "a PEM file with an RSA private key");
}

void for_version(Description& description) {
  for_key_name(description);
  description.add_options()("version", options::value<std::string>()->default_value(""),
                            "one version; otherwise all");
}

void for_policy(Description& description) {
  for_key_name(description);
  description.add_options()("rotate-after", optional_text(),
                            "a new version so long after the last")(
      "rotate-before-expiry", optional_text(), "a new version so long before the last expires")(
      "notify-before-expiry", optional_text(), "a reminder in the log so long before")(
      "expiry", optional_text(), "how long a version made by rotation is valid")(
      "none", "take the policy away; with none of these it is shown");
}

constexpr Command commands[] = {
    {"key create", "make a root key, or a new version of one", "--name root --size 3072",
     for_create, create},
    {"key import", "take in a private key made elsewhere", "--name root --in root.pem", for_import,
     import},
    {"key list", "the keys", "--json", add_passphrase, list},
    {"key show", "the versions of a key, and its public part", "--name root", for_version, show},
    {"key disable", "revoke: nothing under this key opens until it is enabled", "--name root",
     for_version, disable},
    {"key enable", "take that back", "--name root", for_version, enable},
    {"key rotate", "a new version as the latest one, which stays in use", "--name root",
     for_key_name, rotate},
    {"key policy", "show or set when a key is rotated by itself",
     "--name root --rotate-after P1Y --notify-before-expiry P30D --expiry P2Y", for_policy, policy},
};

}  // namespace

std::span<const Command> key_commands() { return commands; }

}  // namespace vault
