#pragma once
// The boundary as a picture (SVG): what a thief has on the left, the mailboxes of the copy on the
// right, a wall between, and a line through it for each mailbox that an asset opens.

#include <boost/json.hpp>
#include <string>

namespace server::lab {

std::string picture_of(const boost::json::object& report);

}  // namespace server::lab
