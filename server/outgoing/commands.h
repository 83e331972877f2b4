#pragma once
// `sealpost queue ...`, as rows of the table of commands.

#include <span>

#include "server/admin/command.h"

namespace server::outgoing {

std::span<const admin::Command> commands();

}  // namespace server::outgoing
