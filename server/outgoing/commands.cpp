#include "server/outgoing/commands.h"

#include "base/error.h"
#include "server/admin/client.h"
#include "server/admin/output.h"
#include "server/http/target.h"

namespace server::outgoing {

using admin::ask;
using admin::Invocation;

namespace {

std::string path_of(const std::string& id) { return "/v1/queue/" + http::percent_encoded(id); }

int list(const Invocation& call) {
  print_list(call, ask(call.socket, "GET", "/v1/queue"), "messages",
             {"id", "account", "sender", "to", "size", "age", "state", "nextTry", "lastReply"});
  return 0;
}

int show(const Invocation& call) {
  print(call, ask(call.socket, "GET", path_of(call.arguments[0])));
  return 0;
}

int retry(const Invocation& call) {
  if (call.has("--all") == !call.arguments.empty())
    throw Error(Fault::invalid, "name a message, or say --all", "sealpost queue retry --help");
  const auto path =
      call.arguments.empty() ? "/v1/queue-retries" : path_of(call.arguments[0]) + "/retry";
  print(call, ask(call.socket, "POST", path, {}));
  return 0;
}

int drop(const Invocation& call) {
  print(call, ask(call.socket, "POST", path_of(call.arguments[0]) + "/drop",
                  {{"reason", call.needed("--reason")}}));
  return 0;
}

// clang-format off
constexpr admin::Option retry_options[] = {{"--all", "", "all that is in the queue"}};
constexpr admin::Option drop_options[] = {{"--reason", "TEXT", "for the sender and the audit log"}};

constexpr admin::Command table[] = {
    {"queue", "list", "", 0, 0, "mail on its way to other domains: for whom, since when, what it waits for", "queue list --json", {}, list},
    {"queue", "show", "ID", 1, 1, "one message of it: what was said of each recipient", "queue show 7", {}, show},
    {"queue", "retry", "ID", 0, 1, "send one now, or all; one that is held, too", "queue retry 7", retry_options, retry},
    {"queue", "drop", "ID", 1, 1, "take one out for good; its sender is told why", "queue drop 7 --reason 'sent by a stolen account'", drop_options, drop},
};
// clang-format on

}  // namespace

std::span<const admin::Command> commands() { return table; }

}  // namespace server::outgoing
