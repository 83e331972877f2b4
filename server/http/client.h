#pragma once
// Requests to a server on a Unix socket: how a command line program speaks to its running server.
// Blocking.

#include <filesystem>
#include <functional>
#include <string_view>

#include "server/http/message.h"

namespace http {

// The whole answer. Throws unavailable when nobody listens or the answer is not whole. The body is
// at most 64 MiB.
Response ask_unix(const std::filesystem::path& socket, const Request&);

// The body in pieces as they come, for long and live answers; what is returned has none. Ends when
// the answer does, or when `piece` throws. The body of a refusal (status 400 and above) is no
// piece: it is in what is returned.
Response ask_unix(const std::filesystem::path& socket, const Request&,
                  const std::function<void(std::string_view)>& piece);

}  // namespace http
