#pragma once
// Alerts behind the admin socket:
//
//   GET  /v1/alerts       those in force, when they were looked at, and what waits to be told
//   POST /v1/alert-tests  tells a test to each channel

#include <optional>
#include <span>

#include "policy/alert_watch.h"
#include "server/admin/access.h"
#include "server/http/message.h"

namespace server::alerts {

std::span<const admin::Access> access();

// Of a request that one of them names. Blocking pool only; any thread.
http::Response answer(policy::AlertWatch&, const http::Request&);

}  // namespace server::alerts
