#include "server/admin/client.h"
#include "server/admin/command.h"
#include "server/admin/output.h"

namespace server::admin {

namespace {

int list(const Invocation& call) {
  print_list(call, ask(call.socket, "GET", "/v1/alerts"), "alerts",
             {"severity", "code", "since", "object", "text", "action"});
  return 0;
}

int test(const Invocation& call) {
  const auto answer = ask(call.socket, "POST", "/v1/alert-tests", {});
  print_list(call, answer, "channels", {"channel", "taken", "failure"});
  return answer.at("taken").as_bool() ? 0 : 1;
}

// clang-format off
constexpr Command table[] = {
    {"alert", "list", "", 0, 0, "what is wrong now, since when, and what to do", "alert list --json", {}, list},
    {"alert", "test", "", 0, 0, "tell a test to the log, the command and the webhook of [alerts]", "alert test", {}, test},
};
// clang-format on

}  // namespace

std::span<const Command> alert_commands() { return table; }

}  // namespace server::admin
