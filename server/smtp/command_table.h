#pragma once
// The one list of commands.

#include <string_view>

#include "server/smtp/session.h"

namespace server::smtp {

// `argument` outlives the handler. Throws BadCommand and Error, answered by the session.
using Handler = Task<Reply> (*)(Session&, std::string_view argument);

// When a command is allowed; asked before the handler.
enum class Needs { nothing, greeting, login };

// Why not now; none: allowed.
std::optional<Reply> objection(const Session&, Needs);

struct Command {
  std::string_view verb;
  Needs needs;
  Handler handler;
};

// Null where the mode has no such command.
const Command* find_command(const Mode&, std::string_view verb);

}  // namespace server::smtp
