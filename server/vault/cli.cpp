#include "server/vault/cli.h"

#include <algorithm>
#include <iostream>

#include "base/error.h"
#include "server/vault/command.h"

namespace vault {
namespace {

namespace options = boost::program_options;

constexpr std::string_view introduction =
    R"(sealvault: a key vault that keeps the root keys of a customer

Every command takes --dir D, the vault's directory, and --json. Those of key, client, token and
fault work while the vault runs, and, but for fault, while it does not. COMMAND --help has the
options of each and an example.
)";

constexpr std::string_view beginning = R"(
Example:
  sealvault init --dir /var/lib/vault-a --listen 127.0.0.1:8443
  sealvault token add --dir /var/lib/vault-a --name sealpost \
      --allow get,wrapKey,unwrapKey --out vault-a.token
  sealvault key create --dir /var/lib/vault-a --name root
  sealvault serve --dir /var/lib/vault-a
)";

constexpr std::span<const Command> (*groups[])() = {
    vault_commands, key_commands,   deletion_commands, client_commands,
    token_commands, audit_commands, fault_commands};

void print_help() {
  std::cout << introduction;
  for (const auto group : groups) {
    std::cout << '\n';
    for (const auto& command : group()) {
      const std::size_t width = 26;
      const auto gap = width - std::min(command.name.size(), width - 1);
      std::cout << "  sealvault " << command.name << std::string(gap, ' ') << command.summary
                << '\n';
    }
  }
  std::cout << beginning;
}

const Command* find_command(const std::vector<std::string>& arguments) {
  const auto one = arguments.front();
  const auto two = arguments.size() > 1 ? one + ' ' + arguments[1] : one;
  for (const auto group : groups)
    for (const auto& command : group())
      if (command.name == one || command.name == two) return &command;
  return nullptr;
}

void perform(const Command& command, const std::vector<std::string>& arguments) {
  Description description("sealvault " + std::string(command.name) + ": " +
                          std::string(command.summary));
  description.add_options()("dir", required(), "the vault's directory")(
      "json", "answer in JSON, for programs")("help", "this text");
  command.describe(description);
  Values given;
  options::store(options::command_line_parser(arguments).options(description).run(), given);
  if (given.contains("help")) {
    std::cout << description << "\nExample:\n  sealvault " << command.name << " --dir D"
              << (command.example.empty() ? "" : " ") << command.example << '\n';
    return;
  }
  options::notify(given);
  command.perform(given);
}

int failed(const std::string& text, const std::string& hint, int code) {
  std::cerr << "error: " << text << '\n';
  if (!hint.empty()) std::cerr << "hint: " << hint << '\n';
  return code;
}

}  // namespace

int run(const std::vector<std::string>& arguments) try {
  if (arguments.empty() || arguments.front() == "--help" || arguments.front() == "help") {
    print_help();
    return arguments.empty() ? 2 : 0;
  }
  const auto* command = find_command(arguments);
  if (command == nullptr)
    return failed("there is no command " + arguments.front(), "sealvault --help lists them", 2);
  const auto words = std::ranges::count(command->name, ' ') + 1;
  perform(*command, {arguments.begin() + words, arguments.end()});
  return 0;
} catch (const options::error& error) {
  return failed(error.what(), "add --help to see the options of a command", 2);
} catch (const Error& error) {
  return failed(error.what(), error.hint(), 1);
} catch (const std::exception& error) {
  return failed(error.what(), {}, 1);
}

}  // namespace vault
