#pragma once
// sealpost mailbox protect

#include <span>

#include "server/admin/command.h"

namespace server::protection {

std::span<const admin::Command> commands();

}  // namespace server::protection
