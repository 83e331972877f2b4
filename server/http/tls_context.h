#pragma once
// How TLS is served: 1.2 or later, no renegotiation.

#include <boost/asio/ssl/context.hpp>
#include <memory>

#include "server/http/server.h"

namespace http {

// Throws invalid.
std::shared_ptr<boost::asio::ssl::context> tls_context(const TlsFiles&);

}  // namespace http
