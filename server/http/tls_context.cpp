#include "server/http/tls_context.h"

#include "base/error.h"

namespace http {

namespace asio = boost::asio;

std::shared_ptr<asio::ssl::context> tls_context(const TlsFiles& files) try {
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_options(context->native_handle(), SSL_OP_NO_RENEGOTIATION);
  context->use_certificate_chain_file(files.certificate.string());
  context->use_private_key_file(files.key.string(), asio::ssl::context::pem);
  return context;
} catch (const boost::system::system_error& error) {
  throw Error(Fault::invalid, "cannot use the TLS certificate " + files.certificate.string() +
                                  " with the key " + files.key.string() + ": " +
                                  error.code().message());
}

}  // namespace http
