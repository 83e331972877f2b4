#pragma once
// What is predicted and read, added up by level: managed, customer key, end-to-end.

#include <boost/json.hpp>
#include <string_view>

#include "server/lab/clear.h"

namespace server::lab {

std::string_view level_of(const Clear&, const StoredMailbox&);

// [{"source", "level", "mailboxes", "opened", "holds", "predicted", "recovered"}] of the report's
// mailboxes: every level of the copy, and of the backup those that give something.
boost::json::array levels_of(const boost::json::array& mailboxes);

}  // namespace server::lab
