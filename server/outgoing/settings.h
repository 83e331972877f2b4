#pragma once
// How mail leaves: [outgoing] of the configuration.

#include <optional>

#include "server/outgoing/retry.h"
#include "server/outgoing/smart_host.h"

namespace server::outgoing {

// What is done with a message whose end of DATA was sent and not answered, so that nobody knows
// whether the next server has it (RFC 1047).
enum class Uncertain { send_again, hold };

struct Settings {
  std::optional<SmartHost> host;  // none: nothing is taken for other domains, and nothing sent
  Retry retry{};
  unsigned connections = 4;
  Uncertain uncertain = Uncertain::send_again;
};

}  // namespace server::outgoing
