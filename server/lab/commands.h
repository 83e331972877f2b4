#pragma once
// `sealpost lab`: what a thief reads (RULES.md here).

#include <span>

#include "server/admin/command.h"

namespace server::lab {

std::span<const admin::Command> commands();

}  // namespace server::lab
