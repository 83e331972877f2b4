#include "server/search/commands.h"

#include <boost/json.hpp>

#include "server/admin/client.h"
#include "server/admin/output.h"
#include "server/http/target.h"

namespace server::search {

using admin::Invocation;

namespace {

int ask_for(const Invocation& call, std::string_view method) {
  if (!call.arguments.empty()) {
    const auto path = "/v1/mailboxes/" + http::percent_encoded(call.arguments[0]) + "/search-index";
    admin::print(call, admin::ask(call.socket, method, path));
    return 0;
  }
  admin::print_list(call, admin::ask(call.socket, method, "/v1/search-index"), "mailboxes",
                    {"account", "database", "covered", "upToDate", "done", "of", "waitsFor"});
  return 0;
}

int status(const Invocation& call) { return ask_for(call, "GET"); }
int rebuild(const Invocation& call) { return ask_for(call, "POST"); }

// clang-format off
constexpr admin::Command table[] = {
    {"search", "status", "ACCOUNT", 0, 1, "how many UIDs of each mailbox the search index covers, how far it is, what it waits for", "search status --json", {}, status},
    {"search", "rebuild", "ACCOUNT", 0, 1, "drop the index, of one mailbox or all: it is made anew while each is open, and searches go on meanwhile", "search rebuild ada@example.org", {}, rebuild},
};
// clang-format on

}  // namespace

std::span<const admin::Command> commands() { return table; }

}  // namespace server::search
