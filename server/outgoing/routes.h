#pragma once
// The queue behind the admin socket:
//
//   GET  /v1/queue             messages: sender, recipients, size, age, state, next try, last reply
//   GET  /v1/queue/{}          one, with what was said of each recipient
//   POST /v1/queue/{}/retry    now
//   POST /v1/queue-retries     all
//   POST /v1/queue/{}/drop     for good; reason
//
// Nothing of what is in a message. Who it is from and for is sealed like the rest: while the key of
// its mailbox is denied, that is not shown either.

#include <optional>
#include <span>

#include "server/admin/access.h"
#include "server/http/message.h"
#include "server/http/target.h"
#include "server/outgoing/outgoing.h"

namespace server::outgoing {

std::span<const admin::Access> access();

// Of a request that one of them names. Throws Error. Blocking pool only; any thread.
std::optional<http::Response> answer(Outgoing&, storage::Directory&, const http::Request&,
                                     const http::Target&);

}  // namespace server::outgoing
