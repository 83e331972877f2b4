#pragma once
// A socket file whose process has died.

#include <filesystem>

#include "base/asio.h"

namespace http {

// Takes it away. Throws exists when somebody listens on it, or it is no socket.
void remove_stale_socket(boost::asio::io_context&, const std::filesystem::path&);

}  // namespace http
