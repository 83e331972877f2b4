#include "server/admin/client.h"
#include "server/admin/command.h"
#include "server/admin/output.h"
#include "server/http/target.h"

namespace server::admin {

namespace {

namespace json = boost::json;

json::object wanted(const Invocation& call) {
  json::object dep{{"name", call.arguments[0]},
                   {"root_a", call.needed("--root-a")},
                   {"root_b", call.needed("--root-b")}};
  if (const auto text = call.find("--description")) dep["description"] = *text;
  return dep;
}

int create(const Invocation& call) {
  print(call, ask(call.socket, "POST", "/v1/deps", wanted(call)));
  return 0;
}

int check(const Invocation& call) {
  const auto answer = ask(call.socket, "POST", "/v1/dep-checks", wanted(call));
  print_list(call, answer, "checks", {"check", "passed", "root", "detail"});
  return answer.at("passed").as_bool() ? 0 : 1;
}

int list(const Invocation& call) {
  print_list(call, ask(call.socket, "GET", "/v1/deps"), "deps",
             {"name", "id", "state", "managed", "version", "mailboxes", "roots"});
  return 0;
}

int show(const Invocation& call) {
  print(call, ask(call.socket, "GET", "/v1/deps/" + http::percent_encoded(call.arguments[0])));
  return 0;
}

int assign(const Invocation& call) {
  json::array mailboxes;
  for (std::size_t i = 1; i < call.arguments.size(); ++i) mailboxes.emplace_back(call.arguments[i]);
  print_list(call,
             ask(call.socket, "POST",
                 "/v1/deps/" + http::percent_encoded(call.arguments[0]) + "/mailboxes",
                 {{"mailboxes", std::move(mailboxes)}}),
             "mailboxes", {"account", "dep", "depVersion"});
  return 0;
}

int unassign(const Invocation& call) {
  json::array done;
  for (const auto& mailbox : call.arguments)
    done.push_back(
        ask(call.socket, "DELETE", "/v1/mailboxes/" + http::percent_encoded(mailbox) + "/dep"));
  print_list(call, json::object{{"mailboxes", std::move(done)}}, "mailboxes",
             {"account", "dep", "depVersion"});
  return 0;
}

constexpr Option new_options[] = {
    {"--root-a", "KID", "the root key in the first vault, https://HOST:PORT/keys/NAME[/VERSION]"},
    {"--root-b", "KID", "the root key in the second vault"},
    {"--description", "TEXT", "for people"},
};

constexpr Command table[] = {
    {"dep", "create", "NAME", 1, 1, "make a Data Encryption Policy from two root keys of yours",
     "dep create customer --root-a https://vault-a:8443/keys/root --root-b "
     "https://vault-b:8443/keys/root",
     new_options, create},
    {"dep", "check", "NAME", 1, 1, "run the checks of `dep create` and change nothing",
     "dep check customer --root-a https://vault-a:8443/keys/root --root-b "
     "https://vault-b:8443/keys/root",
     new_options, check},
    {"dep", "list", "", 0, 0, "all DEPs", "dep list", {}, list},
    {"dep",
     "show",
     "NAME",
     1,
     1,
     "one DEP and the mailboxes that use it",
     "dep show customer",
     {},
     show},
    {"dep",
     "assign",
     "NAME ACCOUNT...",
     2,
     any_number,
     "put mailboxes under a DEP; no mail is rewritten",
     "dep assign customer ada@example.org",
     {},
     assign},
    {"dep",
     "unassign",
     "ACCOUNT...",
     1,
     any_number,
     "back under the managed default",
     "dep unassign ada@example.org",
     {},
     unassign},
};

}  // namespace

std::span<const Command> dep_commands() { return table; }

}  // namespace server::admin
