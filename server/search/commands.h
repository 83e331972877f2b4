#pragma once
// sealpost search status | rebuild.

#include <span>

#include "server/admin/command.h"

namespace server::search {

std::span<const admin::Command> commands();

}  // namespace server::search
