#include "server/admin/client.h"
#include "server/admin/command.h"
#include "server/admin/output.h"

namespace server::admin {

namespace {

int list_vaults(const Invocation& call) {
  print_list(call, ask(call.socket, "GET", "/v1/vaults"), "vaults", {"vault", "roots"});
  return 0;
}

int test_vaults(const Invocation& call) {
  const auto answer = ask(call.socket, "POST", "/v1/vault-tests", {});
  print_list(call, answer, "tests", {"vault", "usable", "verdict", "root", "detail"});
  return answer.at("usable").as_bool() ? 0 : 1;
}

int status(const Invocation& call) {
  print(call, ask(call.socket, "GET", "/v1/status"));
  return 0;
}

constexpr Command table[] = {
    {"vault",
     "list",
     "",
     0,
     0,
     "the configured vaults and the root keys in use",
     "vault list",
     {},
     list_vaults},
    {"vault",
     "test",
     "",
     0,
     0,
     "does each vault answer, and is each root key usable?",
     "vault test",
     {},
     test_vaults},
    {"status",
     "",
     "",
     0,
     0,
     "how the server does: keys, databases, crossings",
     "status --json",
     {},
     status},
};

}  // namespace

std::span<const Command> server_commands() { return table; }

}  // namespace server::admin
