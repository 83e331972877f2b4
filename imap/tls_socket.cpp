#include "imap/tls_socket.h"

#include <openssl/err.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace imap {

namespace {

constexpr std::size_t read_size = 16 * 1024;  // a TLS record

Progress progress_of_errno(Progress when_not_ready) {
  const bool not_ready = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
  return not_ready ? when_not_ready : Progress::failed;
}

}  // namespace

Progress TlsSocket::progress_of(int result) const {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_NONE:
      return Progress::done;
    case SSL_ERROR_WANT_READ:
      return Progress::want_read;
    case SSL_ERROR_WANT_WRITE:
      return Progress::want_write;
    case SSL_ERROR_ZERO_RETURN:
      return Progress::closed;
    default:
      return Progress::failed;
  }
}

Progress TlsSocket::receive(std::string& appended_to, std::size_t limit) {
  std::array<char, read_size> octets;
  const auto wanted = std::min(limit, octets.size());
  if (!ssl_) {
    const auto got = ::recv(descriptor_, octets.data(), wanted, 0);
    if (got == 0) return Progress::closed;
    if (got < 0) return progress_of_errno(Progress::want_read);
    appended_to.append(octets.data(), static_cast<std::size_t>(got));
    return Progress::done;
  }
  ERR_clear_error();
  std::size_t got = 0;
  const int result = SSL_read_ex(ssl_.get(), octets.data(), wanted, &got);
  appended_to.append(octets.data(), got);
  return progress_of(result);
}

Progress TlsSocket::send(std::string_view octets, std::size_t& sent) {
  if (!ssl_) {
    const auto gone = ::send(descriptor_, octets.data(), octets.size(), MSG_NOSIGNAL);
    if (gone < 0) return progress_of_errno(Progress::want_write);
    sent = static_cast<std::size_t>(gone);
    return Progress::done;
  }
  ERR_clear_error();
  return progress_of(SSL_write_ex(ssl_.get(), octets.data(), octets.size(), &sent));
}

bool TlsSocket::has_decrypted_input() const { return ssl_ && SSL_pending(ssl_.get()) > 0; }

Progress TlsSocket::handshake(SSL_CTX* context) {
  ERR_clear_error();
  if (!ssl_) {
    ssl_.reset(SSL_new(context));
    if (!ssl_ || SSL_set_fd(ssl_.get(), descriptor_) != 1) return Progress::failed;
    SSL_set_accept_state(ssl_.get());
  }
  return progress_of(SSL_do_handshake(ssl_.get()));
}

void TlsSocket::close_notify() {
  ERR_clear_error();
  if (ssl_ && SSL_is_init_finished(ssl_.get())) SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

}  // namespace imap
