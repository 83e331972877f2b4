#include "base/error.h"
#include "server/admin/change_commands.h"
#include "server/admin/client.h"
#include "server/admin/command.h"
#include "server/admin/output.h"
#include "server/http/target.h"

namespace server::admin {

namespace {

namespace json = boost::json;

std::string path_of(std::string_view dep, std::string_view action) {
  return "/v1/deps/" + http::percent_encoded(dep) + std::string(action);
}

int refresh(const Invocation& call) {
  return change(call, "POST", path_of(call.arguments[0], "/refresh"), {});
}

int roll_key(const Invocation& call) {
  return change(call, "POST", path_of(call.arguments[0], "/roll-key"), {});
}

int replace_root(const Invocation& call) {
  return change(call, "POST", path_of(call.arguments[0], "/replace-root"),
                {{"slot", call.needed("--slot")}, {"root", call.needed("--root")}});
}

int roll_availability_key(const Invocation& call) {
  if (call.has("--all") == !call.arguments.empty())
    throw Error(Fault::invalid, "name a DEP, or give --all", "see --help");
  json::object body;
  if (call.has("--dry-run")) body["dry_run"] = true;
  std::vector<std::string> names = call.arguments;
  if (names.empty()) {
    const auto all = ask(call.socket, "GET", "/v1/deps");
    for (const auto& dep : all.at("deps").as_array())
      if (dep.at("availabilityKey").as_bool()) names.emplace_back(dep.at("name").as_string());
  }
  json::array rolled;
  for (const auto& name : names) {
    const auto answer = ask(call.socket, "POST", path_of(name, "/roll-availability-key"), body);
    rolled.push_back({{"dep", name}, {"dryRun", answer.at("dryRun")}});
  }
  print_list(call, json::object{{"rolled", std::move(rolled)}}, "rolled", {"dep", "dryRun"});
  return 0;
}

int roots(const Invocation& call) {
  std::string target = "/v1/dep-roots";
  if (!call.arguments.empty()) target += "?dep=" + http::percent_encoded(call.arguments[0]);
  print_list(call, ask(call.socket, "GET", target), "roots",
             {"dep", "policyId", "mailboxes", "enabled", "expires", "root", "trouble", "note"});
  return 0;
}

constexpr Option replace_options[] = {
    {"--slot", "a|b", "which of the two roots"},
    {"--root", "KID", "the root key to have there, https://HOST:PORT/keys/NAME[/VERSION]"},
    {"--dry-run", "", "print the mailboxes it means, and change nothing"},
};
constexpr Option roll_options[] = {
    {"--all", "", "of every DEP that has one; from a timer, this is the schedule"},
    {"--dry-run", "", "see whether it could be done, and change nothing"},
};

// clang-format off
constexpr Command table[] = {
    {"dep", "refresh", "NAME", 1, 1, "after new versions of its roots: a new version of the DEP's key under them",
     "dep refresh customer", dry_run_options, refresh},
    {"dep", "replace-root", "NAME", 1, 1, "another root key in one of the two places",
     "dep replace-root customer --slot b --root https://vault-c:8443/keys/root", replace_options, replace_root},
    {"dep", "roll-key", "NAME", 1, 1, "a new DEP key under the same versions of its roots",
     "dep roll-key customer --dry-run", dry_run_options, roll_key},
    {"dep", "roll-availability-key", "[NAME]", 0, 1, "a new availability key; no mailbox key changes",
     "dep roll-availability-key --all", roll_options, roll_availability_key},
    {"dep", "roots", "[NAME]", 0, 1, "which root key versions are still needed, by how many mailboxes, and how they are",
     "dep roots customer", {}, roots},
};
// clang-format on

}  // namespace

std::span<const Command> dep_key_commands() { return table; }

}  // namespace server::admin
