#include "crypto/tls_connection.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "crypto/dial.h"

namespace crypto {
namespace {

// OpenSSL writes with write(2): on a broken connection that would end the process by SIGPIPE. Holds
// the signal back from this thread, and takes away one that came.
class NoBrokenPipe {
 public:
  NoBrokenPipe() {
    ::sigemptyset(&pipe_);
    ::sigaddset(&pipe_, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~NoBrokenPipe() {
    const timespec at_once{0, 0};
    if (::sigismember(&before_, SIGPIPE) == 0) ::sigtimedwait(&pipe_, nullptr, &at_once);
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  NoBrokenPipe(const NoBrokenPipe&) = delete;
  NoBrokenPipe& operator=(const NoBrokenPipe&) = delete;

 private:
  sigset_t pipe_, before_;
};

bool is_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> out;
  return ::inet_pton(AF_INET, host.c_str(), out.data()) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), out.data()) == 1;
}

std::string reason_of(long verdict) {
  const std::string reason = X509_verify_cert_error_string(verdict);
  const bool time =
      verdict == X509_V_ERR_CERT_NOT_YET_VALID || verdict == X509_V_ERR_CERT_HAS_EXPIRED;
  return time ? reason + "; is the clock of this machine right?" : reason;
}

void expect_host(SSL* ssl, const std::string& host) {
  auto* parameters = SSL_get0_param(ssl);
  const bool address = is_address(host);
  X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  const int set = address ? X509_VERIFY_PARAM_set1_ip_asc(parameters, host.c_str())
                          : X509_VERIFY_PARAM_set1_host(parameters, host.c_str(), host.size());
  if (set != 1 || (!address && SSL_set_tlsext_host_name(ssl, host.c_str()) != 1))
    throw HttpsError(HttpsFault::untrusted, "no certificate can be for the host " + host);
}

}  // namespace

std::shared_ptr<SSL_CTX> client_context(const std::optional<std::filesystem::path>& ca) {
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free);
  if (!context) throw Error(Fault::unavailable, "OpenSSL gives no TLS context");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_mode(context.get(),
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  const int loaded = ca ? SSL_CTX_load_verify_file(context.get(), ca->c_str())
                        : SSL_CTX_set_default_verify_paths(context.get());
  ERR_clear_error();
  if (loaded != 1)
    throw Error(Fault::invalid,
                "cannot use the CA file " + (ca ? ca->string() : std::string("of the system")),
                "give a file with the vault's certificate or its CA, in PEM");
  return context;
}

TlsConnection::TlsConnection(SSL_CTX* context, const std::string& host, unsigned short port,
                             const Wait& wait)
    : TlsConnection(dial(host, port, wait), context, host, wait) {}

TlsConnection::TlsConnection(SSL_CTX* context, const std::string& host, PlainConnection&& plain,
                             const Wait& wait)
    : TlsConnection(plain.release(), context, host, wait) {}

TlsConnection::TlsConnection(int socket, SSL_CTX* context, const std::string& host,
                             const Wait& wait)
    : socket_(socket), ssl_(SSL_new(context), &SSL_free) {
  try {
    if (!ssl_ || SSL_set_fd(ssl_.get(), socket_) != 1)
      throw HttpsError(HttpsFault::unreachable, "OpenSSL gives no TLS connection");
    handshake(host, wait);
  } catch (const HttpsError&) {
    ::close(socket_);
    throw;
  }
}

TlsConnection::~TlsConnection() {
  const NoBrokenPipe guard;
  ERR_clear_error();
  SSL_shutdown(ssl_.get());  // says goodbye if that needs no waiting
  ERR_clear_error();
  ::close(socket_);
}

void TlsConnection::handshake(const std::string& host, const Wait& wait) {
  const NoBrokenPipe guard;
  expect_host(ssl_.get(), host);
  for (;;) {
    ERR_clear_error();
    const int result = SSL_connect(ssl_.get());
    if (result == 1) return;
    const auto verdict = SSL_get_verify_result(ssl_.get());
    if (verdict != X509_V_OK)
      throw HttpsError(HttpsFault::untrusted,
                       "the certificate of " + host + " is refused: " + reason_of(verdict));
    wait_for(result, wait, "the TLS handshake");
  }
}

// After a call of OpenSSL that did not succeed: waits for what it wants, or throws.
void TlsConnection::wait_for(int result, const Wait& wait, std::string_view doing) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return wait_until_ready(socket_, POLLIN, wait, doing);
    case SSL_ERROR_WANT_WRITE:
      return wait_until_ready(socket_, POLLOUT, wait, doing);
    case SSL_ERROR_SSL:
      if (ERR_GET_REASON(ERR_peek_error()) != SSL_R_UNEXPECTED_EOF_WHILE_READING)
        throw HttpsError(HttpsFault::protocol,
                         std::string(doing) + ": the other side speaks no TLS");
      [[fallthrough]];
    default:
      throw HttpsError(HttpsFault::unreachable, std::string(doing) + ": the connection was cut");
  }
}

void TlsConnection::write(std::string_view octets, const Wait& wait) {
  const NoBrokenPipe guard;
  while (!octets.empty()) {
    ERR_clear_error();
    std::size_t written = 0;
    const int result = SSL_write_ex(ssl_.get(), octets.data(), octets.size(), &written);
    if (result == 1)
      octets.remove_prefix(written);
    else
      wait_for(result, wait, "sending");
  }
}

std::size_t TlsConnection::read_some(std::span<char> space, const Wait& wait) {
  const NoBrokenPipe guard;
  for (;;) {
    ERR_clear_error();
    std::size_t size = 0;
    const int result = SSL_read_ex(ssl_.get(), space.data(), space.size(), &size);
    if (result == 1) return size;
    if (SSL_get_error(ssl_.get(), result) == SSL_ERROR_ZERO_RETURN) return 0;
    wait_for(result, wait, "the answer");
  }
}

Bytes TlsConnection::exporter() const {
  constexpr std::string_view label = "EXPORTER-Channel-Binding";
  Bytes out(32);
  const bool done = SSL_version(ssl_.get()) >= TLS1_3_VERSION &&
                    SSL_export_keying_material(ssl_.get(), out.data(), out.size(), label.data(),
                                               label.size(), nullptr, 0, 1) == 1;
  ERR_clear_error();
  return done ? out : Bytes();
}

bool TlsConnection::quiet() const {
  pollfd now{socket_, POLLIN, 0};
  return SSL_pending(ssl_.get()) == 0 && ::poll(&now, 1, 0) == 0;
}

}  // namespace crypto
