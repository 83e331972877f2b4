// sealpost: the server, its configuration check, and the commands of the admin
// (server/admin/cli.h).

#include <boost/program_options.hpp>
#include <cstdio>
#include <iostream>
#include <span>

#include "base/error.h"
#include "base/log.h"
#include "crypto/locked_memory.h"
#include "server/admin/cli.h"
#include "server/config.h"
#include "server/server.h"

namespace {

using Arguments = std::span<char*>;

constexpr std::string_view serve_help =
    "sealpost serve --config FILE: run the server, in the foreground, until SIGTERM.\n"
    "Logs go to standard error. server/sealpost.sample.toml documents every key of FILE.\n"
    "Example: sealpost serve --config /etc/sealpost/sealpost.toml\n";
constexpr std::string_view config_help =
    "sealpost config check FILE: is FILE a configuration that `sealpost serve` takes, and are\n"
    "the files there that it names?\n"
    "Example: sealpost config check /etc/sealpost/sealpost.toml\n";

[[noreturn]] void refuse(std::string_view help) {
  throw Error(Fault::invalid, "not understood", std::string(help.substr(0, help.find('\n'))));
}

bool asks_for_help(Arguments arguments) {
  for (const std::string_view word : arguments)
    if (word == "--help" || word == "-h") return true;
  return false;
}

void log_protection(const crypto::ProcessSecurity& security) {
  logging::info("process", {{"core_dumps_off", security.core_dumps_off},
                            {"memory_locked", security.memory_locked},
                            {"locked_octets", security.locked_bytes}});
  if (!security.memory_locked)
    logging::warning("memory_not_locked", {{"hint", "raise RLIMIT_MEMLOCK: keys may be swapped"}});
}

int serve(Arguments arguments) {
  if (asks_for_help(arguments)) {
    std::cout << serve_help;
    return 0;
  }
  if (arguments.size() != 2 || std::string_view(arguments[0]) != "--config") refuse(serve_help);
  const auto security = crypto::secure_process();
  const auto config = server::read_config(arguments[1]);
  server::check_paths(config);
  logging::set_level(config.log_level);
  log_protection(security);
  server::Server(config).run();
  return 0;
}

int check_config(Arguments arguments) {
  if (asks_for_help(arguments)) {
    std::cout << config_help;
    return 0;
  }
  if (arguments.size() != 2 || std::string_view(arguments[0]) != "check") refuse(config_help);
  server::check_paths(server::read_config(arguments[1]));
  std::cout << arguments[1] << " is fine\n";
  return 0;
}

int run(Arguments arguments) {
  const std::string_view command = arguments.empty() ? "--help" : arguments[0];
  if (command == "serve") return serve(arguments.subspan(1));
  if (command == "config") return check_config(arguments.subspan(1));
  return server::admin::run_cli({arguments.begin(), arguments.end()});
}

}  // namespace

int main(int count, char** arguments) {
  try {
    return run({arguments + 1, static_cast<std::size_t>(count - 1)});
  } catch (const Error& error) {
    std::cerr << "error: " << error.what() << '\n';
    if (!error.hint().empty()) std::cerr << "hint: " << error.hint() << '\n';
    return server::admin::exit_code_of(error.fault());
  } catch (const std::exception& error) {
    std::cerr << "error: " << error.what() << '\n';
    return 1;
  }
}
