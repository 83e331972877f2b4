#include <ostream>

#include "base/error.h"
#include "server/admin/client.h"
#include "server/admin/command.h"
#include "server/admin/output.h"

namespace server::admin {

namespace {

namespace json = boost::json;

int show(const Invocation& call) {
  const auto answer = ask(call.socket, "GET", "/v1/restores");
  if (call.format == Format::json) {
    print(call, answer);
    return 0;
  }
  if (!answer.at("rolledBack").as_bool()) {
    call.streams.out << "nothing was put back to an older state\n";
    return 0;
  }
  print_list(call, answer, "mailboxes", {"account", "mailbox", "served", "what"});
  print_list(call, answer, "others", {"what", "how", "dep"});
  if (!answer.at("others").as_array().empty())
    call.streams.out << "roles that are believed: sealpost role list; who was given one, and when: "
                        "sealpost audit list --operation 'role grant'\n";
  return 0;
}

int accept(const Invocation& call) {
  if (call.has("--all") != call.arguments.empty())
    throw Error(Fault::invalid, "which? name mailboxes, or --all",
                "`sealpost restore show` names them");
  json::object body{{"reason", call.needed("--reason")}};
  if (call.has("--all"))
    body["all"] = true;
  else
    body["mailboxes"] = json::array(call.arguments.begin(), call.arguments.end());
  const auto answer = ask(call.socket, "POST", "/v1/restores", body);
  if (call.format == Format::json) {
    print(call, answer);
  } else {
    call.streams.out << "accepted\n";
    print_list(call, answer, "mailboxes", {"account", "mailbox"});
  }
  if (answer.at("refused").as_array().empty()) return 0;
  if (call.format == Format::people) {
    call.streams.out << "not accepted\n";
    print_list(call, answer, "refused", {"account", "mailbox", "reason"});
  }
  return 1;
}

constexpr Option accept_options[] = {
    {"--all", "", "everything that was put back, and not only mailboxes"},
    {"--reason", "TEXT", "why this is a restore; it goes into the audit log"},
};

// clang-format off
constexpr Command table[] = {
    {"restore", "show", "", 0, 0, "what of the data was put back to an older state, and is not served",
     "restore show --json", {}, show},
    {"restore", "accept", "[MAILBOX...]", 0, any_number,
     "declare it a restore: it is believed and served again, and clients fetch it anew",
     "restore accept --all --reason 'backup of 2 May, after the disk failed'", accept_options, accept},
};
// clang-format on

}  // namespace

std::span<const Command> restore_commands() { return table; }

}  // namespace server::admin
