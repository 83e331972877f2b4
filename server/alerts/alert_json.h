#pragma once
// Alerts and notices as JSON: for the API, for channels, and as they are kept over a restart. Pure.

#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "policy/alert_watch.h"

namespace server::alerts {

boost::json::object as_json(const policy::Alert&);
// As a command and a webhook get it, one object.
std::string told_as(const policy::Notice&, const std::string& host_name);

std::string stored(const policy::AlertState&);
policy::AlertState restored(std::string_view);  // throws corrupt

}  // namespace server::alerts
