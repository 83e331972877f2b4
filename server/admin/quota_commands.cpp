#include "server/admin/client.h"
#include "server/admin/command.h"
#include "server/admin/output.h"
#include "server/http/target.h"

namespace server::admin {

namespace {

std::string path_of(const Invocation& call, std::string_view more = "") {
  return "/v1/mailboxes/" + http::percent_encoded(call.arguments[0]) + "/quota" + std::string(more);
}

int show(const Invocation& call) {
  print(call, ask(call.socket, "GET", path_of(call, call.has("--usage") ? "?usage=yes" : "")));
  return 0;
}

int set(const Invocation& call) {
  boost::json::object body;
  for (const char* resource : {"storage", "messages", "folders"})
    if (const auto value = call.find(std::string("--") + resource)) body[resource] = *value;
  print(call, ask(call.socket, "PUT", path_of(call), body));
  return 0;
}

constexpr Option show_options[] = {
    {"--usage", "", "and what is used of it; this unwraps the mailbox's key"}};
constexpr Option set_options[] = {
    {"--storage", "SIZE", "of all messages: octets, or with K, M, G, T; unlimited; default"},
    {"--messages", "N", "or unlimited; default: as the configuration has it"},
    {"--folders", "N", "likewise"},
};

// clang-format off
constexpr Command table[] = {
    {"quota", "show", "ACCOUNT", 1, 1, "how much a mailbox may hold",
     "quota show ada@example.org --usage --json", show_options, show},
    {"quota", "set", "ACCOUNT", 1, 1, "change it; what is not named stays as it is",
     "quota set ada@example.org --storage 10G --messages unlimited", set_options, set},
};
// clang-format on

}  // namespace

std::span<const Command> quota_commands() { return table; }

}  // namespace server::admin
