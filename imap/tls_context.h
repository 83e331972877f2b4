#pragma once
// What Stream sees of OpenSSL: for imap/stream.cpp, imap/tls_socket.cpp and imap/tls_context.cpp
// only.

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "imap/stream.h"

namespace imap {

struct SslContextDelete {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
struct SslDelete {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};
using Ssl = std::unique_ptr<SSL, SslDelete>;

struct TlsContext::Implementation {
  std::unique_ptr<SSL_CTX, SslContextDelete> context;
};

// The newest of OpenSSL's errors on this thread as text; the queue is emptied.
std::string tls_error();

}  // namespace imap
