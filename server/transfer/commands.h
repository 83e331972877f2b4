#pragma once
// `sealpost import` and `sealpost export`, as rows of the table of commands.

#include <span>

#include "server/admin/command.h"

namespace server::transfer {

std::span<const admin::Command> commands();

}  // namespace server::transfer
