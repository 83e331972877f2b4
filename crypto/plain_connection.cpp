#include "crypto/plain_connection.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "crypto/dial.h"

namespace crypto {
namespace {

[[noreturn]] void cut() { throw HttpsError(HttpsFault::unreachable, "the connection was cut"); }

}  // namespace

PlainConnection::PlainConnection(const std::string& host, unsigned short port, const Wait& wait)
    : socket_(dial(host, port, wait)) {}

PlainConnection::~PlainConnection() {
  if (socket_ >= 0) ::close(socket_);
}

void PlainConnection::write(std::string_view octets, const Wait& wait) {
  while (!octets.empty()) {
    const auto count = ::send(socket_, octets.data(), octets.size(), MSG_NOSIGNAL);
    if (count >= 0)
      octets.remove_prefix(static_cast<std::size_t>(count));
    else if (errno == EAGAIN)
      wait_until_ready(socket_, POLLOUT, wait, "sending");
    else if (errno != EINTR)
      cut();
  }
}

std::size_t PlainConnection::read_some(std::span<char> space, const Wait& wait) {
  for (;;) {
    const auto count = ::recv(socket_, space.data(), space.size(), 0);
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno == EAGAIN)
      wait_until_ready(socket_, POLLIN, wait, "the answer");
    else if (errno != EINTR)
      cut();
  }
}

bool PlainConnection::quiet() const {
  pollfd now{socket_, POLLIN, 0};
  return ::poll(&now, 1, 0) == 0;
}

}  // namespace crypto
