#include "base/error.h"
#include "server/admin/client.h"
#include "server/admin/command.h"
#include "server/admin/output.h"
#include "server/admin/password_input.h"
#include "server/http/target.h"

namespace server::admin {

namespace {

std::string target_of(const Invocation& call) {
  return "/v1/accounts/" + http::percent_encoded(call.arguments[0]);
}

int create(const Invocation& call) {
  boost::json::object body{{"name", call.arguments[0]}, {"password", new_password(call)}};
  if (const auto dep = call.find("--dep")) body["dep"] = *dep;
  print(call, ask(call.socket, "POST", "/v1/accounts", body));
  return 0;
}

int list(const Invocation& call) {
  print_list(call, ask(call.socket, "GET", "/v1/accounts"), "accounts",
             {"name", "id", "mailbox", "enabled", "created", "aliases"});
  return 0;
}

int show(const Invocation& call) {
  print(call, ask(call.socket, "GET", target_of(call)));
  return 0;
}

int set_password(const Invocation& call) {
  print(call, ask(call.socket, "PATCH", target_of(call), {{"password", new_password(call)}}));
  return 0;
}

int enable(const Invocation& call) {
  print(call, ask(call.socket, "PATCH", target_of(call), {{"enabled", true}}));
  return 0;
}

int disable(const Invocation& call) {
  print(call, ask(call.socket, "PATCH", target_of(call), {{"enabled", false}}));
  return 0;
}

int remove(const Invocation& call) {
  if (!call.has("--yes"))
    throw Error(Fault::invalid, "this destroys the account, its key and all its mail",
                "add --yes if that is what you want");
  print(call, ask(call.socket, "DELETE", target_of(call)));
  return 0;
}

int add_alias(const Invocation& call) {
  print(call,
        ask(call.socket, "POST", target_of(call) + "/aliases", {{"address", call.arguments[1]}}));
  return 0;
}

int remove_alias(const Invocation& call) {
  print(call, ask(call.socket, "DELETE",
                  target_of(call) + "/aliases/" + http::percent_encoded(call.arguments[1])));
  return 0;
}

constexpr Option create_options[] = {
    {"--dep", "NAME", "encrypt its mailbox under this DEP; else the managed default"},
    password_options[0],
    password_options[1],
};
constexpr Option remove_options[] = {{"--yes", "", "really"}};

constexpr Command table[] = {
    {"account", "create", "NAME", 1, 1, "make an account and its encrypted mailbox",
     "account create ada@example.org --password-stdin < secret", create_options, create},
    {"account", "list", "", 0, 0, "all accounts", "account list", {}, list},
    {"account", "show", "NAME", 1, 1, "one account", "account show ada@example.org", {}, show},
    {"account", "password", "NAME", 1, 1, "set a new password; no mail is lost by it",
     "account password ada@example.org --password-file secret", password_options, set_password},
    {"account",
     "disable",
     "NAME",
     1,
     1,
     "no more logins; mail still arrives",
     "account disable ada@example.org",
     {},
     disable},
    {"account",
     "enable",
     "NAME",
     1,
     1,
     "logins again",
     "account enable ada@example.org",
     {},
     enable},
    {"account", "remove", "NAME", 1, 1, "destroy an account, its key and all its mail",
     "account remove ada@example.org --yes", remove_options, remove},
    {"account",
     "alias add",
     "NAME ADDRESS",
     2,
     2,
     "mail to this address comes here too",
     "account alias add ada@example.org lovelace@example.org",
     {},
     add_alias},
    {"account",
     "alias remove",
     "NAME ADDRESS",
     2,
     2,
     "and no longer",
     "account alias remove ada@example.org lovelace@example.org",
     {},
     remove_alias},
};

}  // namespace

std::span<const Command> account_commands() { return table; }

}  // namespace server::admin
