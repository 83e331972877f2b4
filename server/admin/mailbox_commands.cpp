#include "server/admin/client.h"
#include "server/admin/command.h"
#include "server/admin/output.h"
#include "server/http/target.h"

namespace server::admin {

namespace {

int list(const Invocation& call) {
  print_list(call, ask(call.socket, "GET", "/v1/mailboxes"), "mailboxes",
             {"id", "account", "isEncrypted", "dep", "depId", "depVersion", "assigned", "keyEpoch",
              "database"});
  return 0;
}

int show(const Invocation& call) {
  auto target = "/v1/mailboxes/" + http::percent_encoded(call.arguments[0]);
  if (call.has("--counts")) target += "?counts=yes";
  print(call, ask(call.socket, "GET", target));
  return 0;
}

constexpr Option show_options[] = {
    {"--counts", "", "count folders and messages; this unwraps the mailbox's key"}};

constexpr Command table[] = {
    {"mailbox",
     "list",
     "",
     0,
     0,
     "all mailboxes and the DEP that each is under",
     "mailbox list",
     {},
     list},
    {"mailbox", "show", "ACCOUNT", 1, 1, "how one mailbox is encrypted, and where it is",
     "mailbox show ada@example.org --json", show_options, show},
};

}  // namespace

std::span<const Command> mailbox_commands() { return table; }

}  // namespace server::admin
