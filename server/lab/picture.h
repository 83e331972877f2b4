#pragma once
// The boundary as a picture (SVG): what a thief has on the left, the mailboxes of the copy on the
// right, a wall between, and a line through it for each mailbox that an asset opens.

#include <boost/json.hpp>
#include <string>
#include <string_view>

namespace server::lab {

std::string picture_of(const boost::json::object& report);

// "vault A" for "vault-a".
std::string shown_name(std::string_view asset);

}  // namespace server::lab
