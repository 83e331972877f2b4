#pragma once
// A role that somebody holds, as directory.db keeps it. What roles there are is policy's.

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "base/clock.h"

namespace storage {

struct RoleGrant {
  std::int64_t id = 0;
  uid_t user = 0;
  std::uint8_t role = 0;
  UnixTime since = 0;
  std::string by;  // who granted it: "root (uid 0)"
};

}  // namespace storage
