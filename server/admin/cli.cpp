#include "server/admin/cli.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "server/admin/command_line.h"

namespace server::admin {

namespace {

std::filesystem::path socket_path() {
  const char* path = std::getenv("SEALPOST_SOCKET");
  return path && *path ? path : std::filesystem::path(default_socket);
}

bool is_help(const std::string& word) { return word == "--help" || word == "-h" || word == "help"; }

bool is_noun(const std::vector<Command>& all, const std::string& word) {
  for (const auto& command : all)
    if (command.noun == word) return true;
  return false;
}

int run(const std::vector<std::string>& words, Streams streams) {
  const auto all = commands();
  if (words.empty() || is_help(words[0])) {
    streams.out << help_of(all, "");
    return 0;
  }
  if (const auto* command = find_command(all, words)) {
    const auto call =
        parsed(*command, std::span(words).subspan(word_count(*command)), streams, socket_path());
    if (!call.has("--help")) return command->run(call);
    streams.out << help_of(*command);
    return 0;
  }
  if (!is_noun(all, words[0]))
    throw Error(Fault::invalid, "unknown command " + words[0], "`sealpost --help` lists all");
  if (words.size() == 1 || std::ranges::any_of(words, is_help)) {
    streams.out << help_of(all, words[0]);
    return 0;
  }
  throw Error(Fault::invalid, "unknown command " + words[0] + " " + words[1],
              "`sealpost " + words[0] + " --help` lists what there is");
}

}  // namespace

int exit_code_of(Fault fault) {
  switch (fault) {
    case Fault::invalid:
      return 2;
    case Fault::not_found:
      return 3;
    case Fault::exists:
      return 4;
    case Fault::denied:
      return 5;
    case Fault::unavailable:
      return 6;
    case Fault::corrupt:
      return 7;
    case Fault::read_only:
    case Fault::over_quota:
    case Fault::too_big:
    case Fault::limit:
      return 1;
  }
  return 1;
}

int run_cli(const std::vector<std::string>& words) {
  return run_cli(words, {std::cin, std::cout, std::cerr});
}

int run_cli(const std::vector<std::string>& words, Streams streams) {
  try {
    return run(words, streams);
  } catch (const Error& error) {
    streams.err << "error: " << error.what() << "\n";
    if (!error.hint().empty()) streams.err << "hint: " << error.hint() << "\n";
    return exit_code_of(error.fault());
  }
}

}  // namespace server::admin
