#include <ostream>

#include "server/admin/client.h"
#include "server/admin/command.h"
#include "server/admin/output.h"

namespace server::admin {

namespace {

namespace json = boost::json;

void print_line(const Invocation& call, const json::object& answer, std::string_view name) {
  const auto found = answer.find(name);
  if (found == answer.end() || found->value().as_string().empty()) return;
  call.streams.out << name << ": " << found->value().as_string().c_str() << "\n";
}

int ask_what(const Invocation& call, std::string_view what) {
  const auto answer = ask(call.socket, "POST", "/v1/what-if",
                          {{"what", what}, {"of", json::value_from(call.arguments)}});
  print_list(call, answer, "mailboxes",
             {"account", "dep", "policyId", "users", "usersBy", "system", "systemBy"});
  if (call.format == Format::json) return 0;
  const auto& object = answer.as_object();
  call.streams.out << "unreadable for users: " << object.at("unreadableForUsers")
                   << ", for the service: " << object.at("unreadableForSystem") << "\n";
  for (const auto* name : {"refused", "note", "warning", "undo"}) print_line(call, object, name);
  return 0;
}

int revoke(const Invocation& call) { return ask_what(call, "revoke"); }
int disable(const Invocation& call) { return ask_what(call, "disable"); }
int remove(const Invocation& call) { return ask_what(call, "delete"); }
int rotate(const Invocation& call) { return ask_what(call, "rotate"); }
int unassign(const Invocation& call) { return ask_what(call, "unassign"); }
int purge(const Invocation& call) { return ask_what(call, "purge"); }
int outage(const Invocation& call) { return ask_what(call, "outage"); }

// clang-format off
constexpr Command table[] = {
    {"what-if", "revoke", "ROOT-OR-DEP...", 1, any_number,
     "who could not read mail, and when, if root keys were taken away from us; a DEP stands for all its roots",
     "what-if revoke https://vault-a:8443/keys/root https://vault-b:8443/keys/root", {}, revoke},
    {"what-if", "disable", "ROOT-OR-DEP...", 1, any_number, "the same, if root keys, or a DEP, were disabled",
     "what-if disable https://vault-a:8443/keys/root", {}, disable},
    {"what-if", "delete", "ROOT-OR-DEP...", 1, any_number, "the same, if root keys, or a DEP, were deleted",
     "what-if delete https://vault-a:8443/keys/root", {}, remove},
    {"what-if", "rotate", "ROOT-OR-DEP...", 1, any_number,
     "the same, if root keys got new versions; says how many mailboxes need the present ones",
     "what-if rotate customer", {}, rotate},
    {"what-if", "unassign", "ACCOUNT...", 1, any_number, "the same, if these mailboxes were taken off their DEP",
     "what-if unassign ada@example.org --json", {}, unassign},
    {"what-if", "purge", "DEP-OR-ACCOUNT", 1, 1, "the same, if a DEP or a mailbox were purged",
     "what-if purge customer", {}, purge},
    {"what-if", "outage", "VAULT-OR-DEP...", 1, any_number, "the same, if vaults did not answer",
     "what-if outage https://vault-a:8443 https://vault-b:8443", {}, outage},
};
// clang-format on

}  // namespace

std::span<const Command> what_if_commands() { return table; }

}  // namespace server::admin
