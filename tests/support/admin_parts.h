#pragma once
// The admin API over the parts of an Installation.

#include <string>
#include <utility>
#include <vector>

#include "server/admin/api.h"
#include "tests/support/installation.h"
#include "tests/support/records.h"

namespace test_support {

// `later` does the work at once.
inline server::admin::Parts admin_parts(Installation& house, Records& records,
                                        std::vector<std::string> vaults = {},
                                        std::vector<server::admin::MoreRoutes> more = {}) {
  return {.directory = house.directory,
          .roots = house.roots,
          .vaults = std::move(vaults),
          .ring = house.ring,
          .deps = house.deps,
          .rotation = house.rotation,
          .sweep = house.sweep,
          .mailbox_rotation = house.mailbox_rotation,
          .purges = house.purges,
          .mailboxes = house.mailboxes,
          .databases = house.databases,
          .roll_backs = house.roll_backs,
          .clock = house.clock,
          .audit = records.log,
          .admins = records.admins,
          .audit_reader = records.reader,
          .later = [](const auto& work) { work(); },
          .more = std::move(more)};
}

}  // namespace test_support
