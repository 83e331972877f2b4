#pragma once
// The commands of `sealpost` that speak to a running server over its admin socket. Nouns, then
// verbs; results on standard output, "error:" and "hint:" on standard error.

#include <string>
#include <vector>

#include "base/error.h"
#include "server/admin/command.h"

namespace server::admin {

inline constexpr std::string_view default_socket = "/run/sealpost/admin.sock";

// `words`: without the program's name. Returns the exit code (command_line.cpp, help_of); never
// throws an Error.
int run_cli(const std::vector<std::string>& words);
int run_cli(const std::vector<std::string>& words, Streams);

int exit_code_of(Fault);

}  // namespace server::admin
