#pragma once
// Answers of all that is behind the admin socket. They are never stored on the way.

#include <boost/json.hpp>
#include <string>

#include "server/http/message.h"

namespace server::admin {

http::Response response(std::string content_type, std::string body);
http::Response json_response(const boost::json::value&, unsigned status = 200);

}  // namespace server::admin
