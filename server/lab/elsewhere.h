#pragma once
// What an admin's role and a user's password give: nothing of the copy (neither is an input to any
// key), but mail at the running server.

#include <boost/json.hpp>

#include "server/lab/assets.h"
#include "server/lab/clear.h"

namespace server::lab {

// [{"asset", "text", "done": bool, "mailboxes": [...]}]. With an admin socket the running server is
// asked to read every mailbox and to say how much it could: crossings of cause `lab`, and a record
// in its audit log each. Else it is only said.
boost::json::array elsewhere(const Assets&, const Clear&);

}  // namespace server::lab
