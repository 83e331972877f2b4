#include <ostream>

#include "server/admin/change_commands.h"
#include "server/admin/client.h"
#include "server/admin/command.h"
#include "server/admin/output.h"
#include "server/http/target.h"

namespace server::admin {

namespace {

namespace json = boost::json;

constexpr std::string_view no_availability_key_warning =
    "warning: this DEP has no availability key: losing both roots loses the mail for ever, and "
    "while\n"
    "warning: both deny, not even the service's own work (delivery, rewrapping) goes on\n";

std::string path_of(const Invocation& call, std::string_view action = "") {
  return "/v1/deps/" + http::percent_encoded(call.arguments[0]) + std::string(action);
}

json::object wanted(const Invocation& call) {
  json::object dep{{"name", call.arguments[0]},
                   {"root_a", call.needed("--root-a")},
                   {"root_b", call.needed("--root-b")}};
  if (const auto text = call.find("--description")) dep["description"] = *text;
  if (call.has("--no-availability-key")) {
    dep["availability_key"] = false;
    call.streams.err << no_availability_key_warning;
  }
  return dep;
}

int print_checks(const Invocation& call, const json::value& answer) {
  print_list(call, answer, "checks", {"check", "passed", "root", "detail"});
  return answer.at("passed").as_bool() ? 0 : 1;
}

int check(const Invocation& call) {
  return print_checks(call, ask(call.socket, "POST", "/v1/dep-checks", wanted(call)));
}

int create(const Invocation& call) {
  if (call.has("--dry-run")) return check(call);
  print(call, ask(call.socket, "POST", "/v1/deps", wanted(call)));
  return 0;
}

int list(const Invocation& call) {
  print_list(call, ask(call.socket, "GET", "/v1/deps"), "deps",
             {"name", "id", "state", "managed", "tenantWide", "version", "mailboxes", "roots"});
  return 0;
}

int show(const Invocation& call) {
  print(call, ask(call.socket, "GET", path_of(call)));
  return 0;
}

int rename(const Invocation& call) {
  return change(call, "POST", path_of(call, "/rename"), {{"name", call.arguments[1]}});
}
int describe(const Invocation& call) {
  return change(call, "POST", path_of(call, "/describe"), {{"description", call.arguments[1]}});
}
int enable(const Invocation& call) { return change(call, "POST", path_of(call, "/enable"), {}); }
int disable(const Invocation& call) { return change(call, "POST", path_of(call, "/disable"), {}); }
int remove(const Invocation& call) { return change(call, "DELETE", path_of(call), {}); }

int test(const Invocation& call) {
  return print_checks(call, ask(call.socket, "POST", path_of(call, "/tests"), {}));
}

constexpr Option new_options[] = {
    {"--root-a", "KID", "the root key in the first vault, https://HOST:PORT/keys/NAME[/VERSION]"},
    {"--root-b", "KID", "the root key in the second vault"},
    {"--description", "TEXT", "for people"},
    {"--no-availability-key", "",
     "without the service's own key: losing both roots loses the mail"},
    {"--dry-run", "", "run the checks and change nothing"},
};

// clang-format off
constexpr Command table[] = {
    {"dep", "create", "NAME", 1, 1, "make a Data Encryption Policy from two root keys of yours",
     "dep create customer --root-a https://vault-a:8443/keys/root --root-b https://vault-b:8443/keys/root",
     new_options, create},
    {"dep", "check", "NAME", 1, 1, "run the checks of `dep create` and change nothing",
     "dep check customer --root-a https://vault-a:8443/keys/root --root-b https://vault-b:8443/keys/root",
     new_options, check},
    {"dep", "list", "", 0, 0, "all DEPs", "dep list", {}, list},
    {"dep", "show", "NAME", 1, 1, "one DEP, its versions and the mailboxes that use it",
     "dep show customer", {}, show},
    {"dep", "rename", "NAME NEW-NAME", 2, 2, "give a DEP another name", "dep rename customer contoso",
     dry_run_options, rename},
    {"dep", "describe", "NAME TEXT", 2, 2, "say what a DEP is for", "dep describe customer 'all of Contoso'",
     dry_run_options, describe},
    {"dep", "disable", "NAME", 1, 1, "take no new mailboxes; those it has go on working",
     "dep disable customer --dry-run", dry_run_options, disable},
    {"dep", "enable", "NAME", 1, 1, "take new mailboxes again", "dep enable customer", dry_run_options, enable},
    {"dep", "remove", "NAME", 1, 1, "remove a DEP that no mailbox uses, with its availability key",
     "dep remove customer", dry_run_options, remove},
    {"dep", "test", "NAME", 1, 1, "does it work: each root by a round trip, and do its wraps agree",
     "dep test customer", {}, test},
};
// clang-format on

}  // namespace

std::span<const Command> dep_commands() { return table; }

}  // namespace server::admin
