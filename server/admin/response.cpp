#include "server/admin/response.h"

#include <utility>

namespace server::admin {

http::Response response(std::string content_type, std::string body) {
  return {.status = 200,
          .content_type = std::move(content_type),
          .headers = {{"Cache-Control", "no-store"}},
          .body = std::move(body),
          .more = {}};
}

http::Response json_response(const boost::json::value& value, unsigned status) {
  auto made = response("application/json", boost::json::serialize(value) + "\n");
  made.status = status;
  return made;
}

}  // namespace server::admin
