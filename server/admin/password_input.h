#pragma once
// A new password, without it ever being an argument: from a file, from standard input, or asked for
// on the terminal.

#include <string>

#include "server/admin/command.h"

namespace server::admin {

inline constexpr Option password_options[] = {
    {"--password-stdin", "", "the password is the first line of standard input"},
    {"--password-file", "PATH", "the password is the first line of this file"},
};

// Throws invalid: neither option and no terminal, two that differ, an empty one.
std::string new_password(const Invocation&);

}  // namespace server::admin
