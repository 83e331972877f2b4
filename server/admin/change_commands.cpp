#include "server/admin/change_commands.h"

#include <chrono>
#include <ostream>
#include <thread>
#include <utility>

#include "server/admin/client.h"
#include "server/admin/output.h"

namespace server::admin {

namespace json = boost::json;

int change(const Invocation& call, std::string_view method, const std::string& target,
           json::object body) {
  if (call.has("--dry-run")) body["dry_run"] = true;
  const auto answer = ask(call.socket, method, target, body);
  print_list(call, answer, "mailboxes",
             {"account", "dep", "dataEncryptionPolicyId", "targetDep", "target"});
  if (call.format == Format::people)
    call.streams.out << (answer.at("dryRun").as_bool() ? "dry run, nothing changed: " : "done: ")
                     << answer.at("count").to_number<std::uint64_t>() << " mailboxes\n";
  return 0;
}

int watch(const Invocation& call, const std::string& target,
          void (*print_answer)(const Invocation&, const json::value&),
          bool (*more)(const json::value&)) {
  auto answer = ask(call.socket, "GET", target);
  while (call.has("--watch") && more(answer)) {
    if (call.format == Format::people) print_answer(call, answer);
    call.streams.out.flush();
    std::this_thread::sleep_for(std::chrono::seconds(1));
    answer = ask(call.socket, "GET", target);
  }
  print_answer(call, answer);
  return 0;
}

}  // namespace server::admin
