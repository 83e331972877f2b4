#pragma once
// The command line's side of the admin API. Blocking.

#include <boost/json.hpp>
#include <filesystem>
#include <string>
#include <string_view>

#include "server/http/message.h"

namespace server::admin {

// Asks and gives back the answer. Throws the Error that the server answered, with its fault and
// hint, and unavailable when no server is there.
boost::json::value ask(const std::filesystem::path& socket, std::string_view method,
                       const std::string& target);
boost::json::value ask(const std::filesystem::path& socket, std::string_view method,
                       const std::string& target, const boost::json::object& body);

// Throws what an answer of status 400 and above says.
void require_success(const http::Response&);

}  // namespace server::admin
